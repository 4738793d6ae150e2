package runs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"

	"gonum.org/v1/gonum/mat"
)

// Folder is the folder of one run.
type Folder string

// New makes a folder for a program's output: dir, or where that is "" a new one below ./runs with the time in its name.
func New(program, dir string) (Folder, error) {
	if dir == "" {
		dir = filepath.Join("runs", program+"-"+time.Now().Format("20060102-150405"))
		for k := 2; ; k++ {
			if _, err := os.Stat(dir); os.IsNotExist(err) {
				break
			}
			dir = fmt.Sprintf("%s-%d", dir, k)
		}
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("runs: %w", err)
	}
	return Folder(dir), nil
}

// Fresh refuses a folder that holds a run already.
func Fresh(dir string) error {
	if dir == "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(dir, "config.json")); err == nil {
		return fmt.Errorf("runs: folder %s holds a run already (config.json): choose another one, or overwrite it on purpose", dir)
	}
	return nil
}

// Clear removes the files of an earlier run, its status first: without it the folder holds no run.
func (f Folder) Clear() error {
	for _, name := range []string{"status.json", "metrics.json", "embedding.npy", "history.jsonl", "config.json"} {
		if err := os.Remove(f.Path(name)); err != nil && !os.IsNotExist(err) {
			return fmt.Errorf("runs: %w", err)
		}
	}
	return nil
}

// Sub is a folder below, made where it is missing.
func (f Folder) Sub(name string) (Folder, error) {
	d := filepath.Join(string(f), name)
	if err := os.MkdirAll(d, 0o755); err != nil {
		return "", fmt.Errorf("runs: %w", err)
	}
	return Folder(d), nil
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

// Metrics writes metrics.json.
func (f Folder) Metrics(r metrics.Report) error { return f.JSON("metrics.json", r) }

// Write writes a file as something that writes itself does.
func (f Folder) Write(name string, content func(io.Writer) error) error {
	var b bytes.Buffer
	if err := content(&b); err != nil {
		return fmt.Errorf("runs: %s: %w", name, err)
	}
	return f.write(name, b.Bytes())
}

func (f Folder) write(name string, b []byte) error {
	tmp, err := os.CreateTemp(string(f), "."+name+"-*")
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	_, err = tmp.Write(b)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Chmod(tmp.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(tmp.Name(), f.Path(name))
	}
	if err != nil {
		_ = os.Remove(tmp.Name()) // what matters is the first error
		return fmt.Errorf("runs: %w", err)
	}
	return nil
}
