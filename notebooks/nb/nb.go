// Package nb is what the notebooks share: figures shown below a cell, cells to look at, and errors that end a cell.
package nb

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"os"
	"path/filepath"

	"affmatch/experiments/datasets"
	"affmatch/experiments/plots"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
)

// Must is v; an error ends the cell with its text. It is for notebooks, where nobody is left to handle it.
func Must[T any](v T, err error) T {
	Check(err)
	return v
}

// Check ends the cell with the error's text, if there is one.
func Check(err error) {
	if err != nil {
		panic(err)
	}
}

// Cells gives the SNARE-seq cells where they lie in the folder AFFMATCH_DATA, else simulated cells of four types. It never
// asks the network.
func Cells() *datasets.Data {
	set := Must(datasets.Lookup("snareseq"))
	for _, file := range []string{set.Points.Name, set.Labels.Name} {
		if _, err := os.Stat(filepath.Join(os.Getenv(datasets.DataFolder), file)); err != nil {
			return datasets.Cells(1)
		}
	}
	return Must(set.Load(context.Background()))
}

// A Drawing is any plot of package plots, or a Grid of them.
type Drawing interface{ Figure() (*plots.Figure, error) }

// Show draws a figure below the cell. It waits until the picture is there: one that is under way when its cell ends is lost.
func Show(p Drawing) {
	Check(show(p, gonbui.SendData))
	gonbui.Sync()
}

// dpi is how large an inch of a figure is on the page. The picture has plots.DPI pixels there, two and a half for each
// of the page's: it is sharp on any screen, and where it is enlarged.
const dpi = 120

func show(p Drawing, send func(*protocol.DisplayData)) error {
	fig, err := p.Figure()
	if err != nil {
		return err
	}
	var printed, picture bytes.Buffer
	if err := fig.Write(&printed, "png"); err != nil {
		return err
	}
	large, err := png.Decode(&printed)
	if err != nil {
		return fmt.Errorf("nb: decode the figure: %w", err)
	}
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&picture, indexed(large)); err != nil {
		return fmt.Errorf("nb: encode the figure: %w", err)
	}
	size := map[string]int{"width": large.Bounds().Dx() * dpi / plots.DPI, "height": large.Bounds().Dy() * dpi / plots.DPI}
	send(&protocol.DisplayData{
		Data:     map[protocol.MIMEType]any{protocol.MIMEImagePNG: picture.Bytes()},
		Metadata: map[string]any{string(protocol.MIMEImagePNG): size},
	})
	return nil
}
