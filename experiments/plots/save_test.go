package plots_test

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/plots"
)

func TestSameInputGivesSameBytes(t *testing.T) {
	z, labels, names := blobs(300, 4)
	for _, p := range []plots.Plot{
		plots.Scatter{Points: z, Labels: labels, Names: names, Width: small},
		plots.Scatter{Points: z, Labels: labels, Names: names, RasterAbove: 1, Width: small},
		plots.LossCurves{Runs: []plots.Run{{Name: "a", Loss: [][]float64{{3, 2, 1}}}}, Width: small},
	} {
		for _, format := range plots.Formats() {
			if !bytes.Equal(written(t, p, format), written(t, p, format)) {
				t.Errorf("%T: two %s files of one plot differ", p, format)
			}
		}
	}
}

// Type and points end before the edge, whatever the names and numbers.
func TestNothingIsCutOff(t *testing.T) {
	z, labels, names := blobs(300, 12)
	long := strings.Repeat("long name ", 3)
	names[3] = long
	values := make([]float64, 300)
	for i := range values {
		values[i] = 1e-5 * z.At(i, 0)
	}
	curve := [][]float64{{1e7, 1e6, 1e5}}
	curves := plots.LossCurves{Runs: []plots.Run{{Name: long, Loss: curve}, {Name: "b", Loss: curve}}, LogY: true, Title: "g"}
	scatter := plots.Scatter{Points: z, Labels: labels, Names: names, Title: "gy"}
	for name, p := range map[string]figurer{
		"scatter": scatter,
		"values":  plots.Scatter{Points: z, Values: values, ValueName: "gy"},
		"curves":  curves,
		"labels":  plots.LossCurves{Runs: []plots.Run{{Name: "a name", Loss: curve}, {Name: "b", Loss: curve}}},
		"grid":    plots.Grid{Letters: true, Plots: []plots.Plot{scatter, curves}},
	} {
		img := pixels(t, p)
		b := img.Bounds()
		for y := range b.Dy() {
			for x := range b.Dx() {
				edge := x < 3 || y < 3 || x >= b.Dx()-3 || y >= b.Dy()-3
				if r, g, bl, _ := img.At(x, y).RGBA(); edge && r+g+bl < 3*0xffff {
					t.Fatalf("%s: ink at pixel %d, %d of %v", name, x, y, b.Max)
				}
			}
		}
	}
}

func TestPNGKnowsItsSizeInPrint(t *testing.T) {
	z, _, _ := blobs(10, 2)
	file := written(t, plots.Scatter{Points: z}, "png")
	at := bytes.Index(file, []byte("pHYs"))
	if at < 0 {
		t.Fatal("no chunk pHYs")
	}
	perMetre := binary.BigEndian.Uint32(file[at+4:])
	if perMetre != 11811 { // 300 / 0.0254
		t.Errorf("%d pixels a metre, want 11811", perMetre)
	}
}

func TestSaveWritesEachFormatOrNothing(t *testing.T) {
	z, _, _ := blobs(10, 2)
	f, err := plots.Scatter{Points: z}.Figure()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := plots.Save(f, filepath.Join(dir, "all")); err != nil {
		t.Fatal(err)
	}
	if err := plots.Save(f, filepath.Join(dir, "one.v2"), "svg"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ base, format, want string }{
		{filepath.Join(dir, "bad"), "bmp", `plots: format = "bmp", want one of png, svg, pdf`},
		{filepath.Join(dir, "none", "fig"), "png", "does not exist: create it first"},
		{filepath.Join(dir, "all.png", "fig"), "png", "does not exist: create it first"},
		{dir + "/", "png", "want a folder and a name without extension"},
	} {
		if err := plots.Save(f, c.base, c.format); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Save(%q, %q): error = %v, want %q", c.base, c.format, err, c.want)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "taken.png"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := plots.Save(f, filepath.Join(dir, "taken"), "png"); err == nil {
		t.Error("a folder was replaced by a file")
	}
	var names []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if got, want := strings.Join(names, " "), "all.pdf all.png all.svg one.v2.svg taken.png"; got != want {
		t.Errorf("the folder holds %s, want %s", got, want)
	}
}
