package runs

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"affmatch/experiments/datasets"
	"affmatch/internal/whole"

	"gonum.org/v1/gonum/mat"
)

// Folder is the folder of one run.
type Folder string

// Clear removes the files of an earlier run, its status first: without it the folder holds no finished run.
func (f Folder) Clear() error {
	f.sweepParts()
	return f.remove(append([]string{"status.json"}, ofRun...)...)
}

// remove removes those of the files that are there.
func (f Folder) remove(names ...string) error {
	for _, name := range names {
		if err := os.Remove(f.Path(name)); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("runs: %w", err)
		}
	}
	return nil
}

// Path is a file of the folder.
func (f Folder) Path(name string) string { return filepath.Join(string(f), name) }

// JSON writes a value as an indented file.
func (f Folder) JSON(name string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return fmt.Errorf("runs: %s: %w", name, err)
	}
	return f.write(name, append(b, '\n'))
}

// Embedding writes embedding.npy.
func (f Folder) Embedding(z mat.Matrix) error {
	return datasets.WriteNPY(f.Path("embedding.npy"), z)
}

// Rows writes rows.txt, which rows of the data were taken, counted from 0; nil: all of them, and no file.
func (f Folder) Rows(rows []int) error {
	var b []byte
	for _, i := range rows {
		b = append(strconv.AppendInt(b, int64(i), 10), '\n')
	}
	if b == nil {
		return nil
	}
	return f.write("rows.txt", b)
}

// Write writes a file as something that writes itself does. It appears whole or not at all.
func (f Folder) Write(name string, content func(io.Writer) error) error {
	if err := whole.Write(f.Path(name), content); err != nil {
		return fmt.Errorf("runs: %s: %w", name, err)
	}
	return nil
}

func (f Folder) write(name string, b []byte) error {
	return f.Write(name, func(w io.Writer) error { _, err := w.Write(b); return err })
}
