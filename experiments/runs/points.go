package runs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	"affmatch/experiments/metrics"
	"affmatch/internal/fault"
	"affmatch/internal/npz"
)

// PointsName is the file of the scores of single rows: numpy.load reads it, with the array rows, of those that were scored,
// and one of each score.
const PointsName = "scores.npz"

// pointScores are the arrays of a report of single rows, by their names in the file and on a map.
var pointScores = []struct {
	name string
	of   func(e *metrics.Each) *[]float64
}{
	{"trustworthiness", func(e *metrics.Each) *[]float64 { return &e.Trustworthiness }},
	{"continuity", func(e *metrics.Each) *[]float64 { return &e.Continuity }},
	{"preservation", func(e *metrics.Each) *[]float64 { return &e.Preservation }},
	{"silhouette", func(e *metrics.Each) *[]float64 { return &e.Silhouette }},
	{"knn_accuracy", func(e *metrics.Each) *[]float64 { return &e.KNNAccuracy }},
}

// Metrics writes metrics.json, and scores.npz where single rows were scored.
func (f Folder) Metrics(r metrics.Report) error {
	if err := f.remove(PointsName); err != nil {
		return err
	}
	if r.Each != nil && len(r.Each.Rows) > 0 {
		err := f.Write(PointsName, func(w io.Writer) error { return writePoints(w, r.Each) })
		if err != nil {
			return err
		}
	}
	return f.JSON("metrics.json", r)
}

func writePoints(w io.Writer, e *metrics.Each) error {
	out := npz.NewWriter(w)
	n := []int{len(e.Rows)}
	rows := make([]int64, len(e.Rows))
	for k, i := range e.Rows {
		rows[k] = int64(i)
	}
	_, err := out.Array("rows", npz.Array{Shape: n, Data: rows})
	for _, s := range pointScores {
		if v := *s.of(e); v != nil && err == nil {
			_, err = out.Array(s.name, npz.Array{Shape: n, Data: v})
		}
	}
	return errors.Join(err, out.Close())
}

// points reads the scores of single rows, of a run of n; nil: there are none.
func (f Folder) points(n int) (*metrics.Each, error) {
	e, err := f.readPoints(n)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("runs: %s: %w", f.Path(PointsName), err)
	}
	return e, nil
}

func (f Folder) readPoints(n int) (*metrics.Each, error) {
	file, err := os.Open(f.Path(PointsName))
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	in, err := npz.NewReader(file, info.Size())
	if err != nil {
		return nil, err
	}
	e := &metrics.Each{}
	a, err := in.Array("rows", "")
	if err != nil {
		return nil, err
	}
	rows, _ := a.Data.([]int64)
	for k, i := range rows {
		if i < 0 || i >= int64(n) || k > 0 && i <= rows[k-1] {
			return nil, fault.Field(fmt.Sprintf("rows[%d]", k), i, fmt.Sprintf("ascending rows below %d", n))
		}
		e.Rows = append(e.Rows, int(i))
	}
	for _, s := range pointScores {
		if !slices.Contains(in.Arrays(), s.name) {
			continue
		}
		a, err := in.Array(s.name, "")
		if err != nil {
			return nil, err
		}
		v, _ := a.Data.([]float64)
		if len(v) != len(e.Rows) {
			return nil, fault.Field(s.name, fmt.Sprintf("%d numbers", len(v)), fmt.Sprintf("%d, as there are rows", len(e.Rows)))
		}
		*s.of(e) = v
	}
	return e, nil
}
