// Package runs keeps a fit in a folder:
//
//	config.json     method, data, seed, versions: what was run
//	history.jsonl   one object a step
//	embedding.npy   n x Dim, float64
//	metrics.json    the scores
//
// Each file appears whole or not at all.
package runs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/models"

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

// History writes history.jsonl.
func (f Folder) History(records []models.Record) error {
	var b bytes.Buffer
	for _, r := range records {
		line, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("runs: history.jsonl: step %d: %w", r.Step, err)
		}
		b.Write(append(line, '\n'))
	}
	return f.write("history.jsonl", b.Bytes())
}

// Embedding writes embedding.npy.
func (f Folder) Embedding(z mat.Matrix) error {
	return datasets.WriteNPY(f.Path("embedding.npy"), z)
}

// Metrics writes metrics.json.
func (f Folder) Metrics(r metrics.Report) error { return f.JSON("metrics.json", r) }

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
