package plots

import (
	"fmt"
	"io"
	"os"
	"path/filepath"

	"affmatch/internal/fault"
	"affmatch/internal/whole"
)

// Save writes the figure to base.png, base.svg, ...: one file for each format, all of Formats if none is named. Each
// file appears whole or not at all: it is written beside its place under another name and then renamed. The folder must
// exist.
func Save(f *Figure, base string, formats ...string) error {
	if f == nil {
		return fault.Field("plots: figure", nil, "a figure")
	}
	if len(formats) == 0 {
		formats = Formats()
	}
	if err := checkFormats(formats); err != nil {
		return err
	}
	dir, name := filepath.Split(base)
	if name == "" {
		return fault.Field("plots: path", fmt.Sprintf("%q", base), "a folder and a name without extension")
	}
	if info, err := os.Stat(filepath.Clean(dir)); err != nil || !info.IsDir() {
		return fmt.Errorf("plots: save %s: folder %q does not exist: create it first", name, filepath.Clean(dir))
	}
	for _, format := range formats {
		if err := saveOne(f, base+"."+format, format); err != nil {
			return err
		}
	}
	return nil
}

func saveOne(f *Figure, path, format string) error {
	if err := whole.Write(path, func(w io.Writer) error { return f.Write(w, format) }); err != nil {
		return fmt.Errorf("plots: save %s: %w", path, err)
	}
	return nil
}
