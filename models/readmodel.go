package models

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/npz"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// Fitter is a method as a value: SampledNeighborEmbedding, AffinityMatcher, Problem, ClosedForm.
type Fitter interface {
	Fit(ctx context.Context, x mat.Matrix) (*Result, error)
}

// Reading is what a model's file does not hold.
type Reading struct {
	Method func(saved json.RawMessage) (Fitter, error) // makes the method of what Saving.Method was
	X      mat.Matrix                                  // of a model that was saved without; nil: that in the file
}

// ReadModel reads a file of so many bytes that Write wrote, and refuses anything else: foreign files, other versions,
// damage, other data than those that were fitted.
func ReadModel(r io.ReaderAt, size int64, with Reading) (m *Model, err error) {
	if with.Method == nil {
		return nil, fault.Field("models: Reading: Method", "nil", "a function that makes the method of what was saved")
	}
	err = guarded("models: model file", nil, func() (err error) { // tensor, or a forged head
		m, err = readModel(r, size, with)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("models: model file: %w", err)
	}
	return m, nil
}

func readModel(r io.ReaderAt, size int64, with Reading) (*Model, error) {
	in, err := npz.NewReader(r, size)
	if err != nil {
		return nil, err
	}
	text, err := in.Bytes("model.json")
	if err != nil {
		return nil, err
	}
	var h modelHead
	if err := json.Unmarshal(text, &h); err != nil {
		return nil, fmt.Errorf("model.json: %w", err)
	}
	switch {
	case h.Format != modelFormat:
		return nil, fault.Field("format", fmt.Sprintf("%q", h.Format), fmt.Sprintf("%q", modelFormat))
	case h.Version != modelVersion:
		return nil, fault.Field("version", h.Version, fmt.Sprint(modelVersion))
	}
	f, err := with.Method(h.Method)
	if err != nil {
		return nil, fmt.Errorf("method: %w", err)
	}
	m := &Model{Notes: h.Notes, Values: map[string]*tensor.Dense{}}
	if m.Problem, m.Map, err = methodOf(f); err != nil {
		return nil, err
	}
	file := modelFile{in, h}
	z, err := file.numbers("embedding", h.Rows, h.Dim)
	if err != nil {
		return nil, err
	}
	m.Embedding = mat.NewDense(h.Rows, h.Dim, z)
	if err := errors.Join(m.check(), finite("Embedding", m.Embedding)); err != nil {
		return nil, err
	}
	if m.X, err = file.data(with.X); err != nil {
		return nil, err
	}
	for name, sum := range h.Arrays {
		short, learned := strings.CutPrefix(name, "learned/")
		if !learned {
			continue
		}
		a, err := in.Array(name, sum)
		if err == nil {
			m.Values[short], err = valueOf(a)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	if h.Arrays["history"] != "" {
		table, err := file.numbers("history", -1, len(h.History))
		if err == nil {
			m.History, err = historyOf(table, h.History)
		}
		if err != nil {
			return nil, err
		}
	}
	return m, nil
}

// methodOf is what a model keeps of a method.
func methodOf(f Fitter) (Problem, Mapping, error) {
	switch m := f.(type) {
	case Problem:
		return m, nil, m.Validate()
	case ClosedForm:
		return m.problem(), m.Map, m.Validate()
	case interface{ Problem() Problem }:
		p := m.Problem()
		return p, nil, p.Validate()
	}
	return Problem{}, nil, fault.Field("method", fmt.Sprintf("%T", f), "a Problem, a ClosedForm, or what has a method Problem")
}

// modelFile is a file whose head is read.
type modelFile struct {
	*npz.Reader
	modelHead
}

// array is one that the head names.
func (f modelFile) array(name string) (npz.Array, error) {
	if f.modelHead.Arrays[name] == "" {
		return npz.Array{}, fault.Field(name, "missing", "an array that model.json names")
	}
	return f.Array(name, f.modelHead.Arrays[name])
}

// numbers are those of an array of a shape: -1 rows: any.
func (f modelFile) numbers(name string, n, columns int) ([]float64, error) {
	a, err := f.array(name)
	if err != nil {
		return nil, err
	}
	if len(a.Shape) != 2 || a.Shape[0] < 1 || n >= 0 && a.Shape[0] != n || a.Shape[1] < 1 || a.Shape[1] != columns {
		return nil, fault.Field(name, fmt.Sprintf("shape %v", a.Shape), fmt.Sprintf("%d x %d, as model.json says", n, columns))
	}
	v, err := wide(a.Data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return v, nil
}

// data is X as it was given to the fit, from the file or from elsewhere.
func (f modelFile) data(given mat.Matrix) (mat.Matrix, error) {
	if given != nil {
		if is := dataSum(given, nil); is != f.Data {
			return nil, fault.Field("X", "data of SHA-256 "+is, f.Data+", those of the fit")
		}
		return given, nil
	}
	var d affinity.Data
	var err error
	if f.modelHead.Arrays["labels"] != "" {
		a, err := f.array("labels")
		labels, ok := a.Data.([]int64)
		if err == nil && !ok {
			err = fault.Field("labels", fmt.Sprintf("%T", a.Data), "int64")
		}
		if err != nil {
			return nil, err
		}
		for _, l := range labels {
			d.Labels = append(d.Labels, int(l))
		}
	}
	if f.modelHead.Arrays["weights"] != "" {
		a, err := f.array("weights")
		if err == nil {
			d.Weights, err = wide(a.Data)
		}
		if err != nil {
			return nil, err
		}
	}
	switch f.Form {
	case "none":
	case "elsewhere":
		return nil, fault.Field("X", "not in the file", "the data that were fitted (Reading.X), of SHA-256 "+f.Data)
	case "dense":
		var x []float64
		if x, err = f.numbers("X", f.Rows, f.Columns); err == nil {
			d.Matrix = mat.NewDense(f.Rows, f.Columns, x)
		}
	case "float32":
		var a npz.Array
		if a, err = f.array("X"); err == nil {
			x, ok := single(a.Data)
			if !ok || len(a.Shape) != 2 || a.Shape[0] != f.Rows || a.Shape[1] != f.Columns {
				return nil, fault.Field("X", fmt.Sprintf("%T of shape %v", a.Data, a.Shape),
					fmt.Sprintf("float32 or uint8, %d x %d", f.Rows, f.Columns))
			}
			d.Matrix = affinity.Float32{Rows: f.Rows, Columns: f.Columns, Data: x}
		}
	case "sparse":
		d.Matrix, err = f.sparse()
	default:
		err = fault.Field("x", fmt.Sprintf("%q", f.Form), "dense, float32, sparse, elsewhere or none")
	}
	if err != nil {
		return nil, err
	}
	if d.Matrix == nil && d.Labels == nil && d.Weights == nil {
		return nil, nil
	}
	var x mat.Matrix = d
	if d.Labels == nil && d.Weights == nil {
		x = d.Matrix
	}
	if _, err := affinity.DataOf(x); err != nil {
		return nil, err
	}
	if is := dataSum(x, nil); is != f.Data {
		return nil, fault.Field("X", "data of SHA-256 "+is, f.Data+", as model.json says")
	}
	return x, nil
}

// sparse is X by its rows.
func (f modelFile) sparse() (mat.Matrix, error) {
	var parts [3]npz.Array
	for k, name := range []string{"X.data", "X.indices", "X.indptr"} {
		var err error
		if parts[k], err = f.array(name); err != nil {
			return nil, err
		}
	}
	values, err := wide(parts[0].Data)
	index, ok := parts[1].Data.([]int32)
	starts, also := parts[2].Data.([]int64)
	if err != nil || !ok || !also {
		types := fmt.Sprintf("%T, %T", parts[1].Data, parts[2].Data)
		return nil, errors.Join(err, fault.Field("X.indices, X.indptr", types, "int32, int64"))
	}
	x := affinity.CSR{Rows: f.Rows, Columns: f.Columns, Index: index, Values: values}
	for _, s := range starts {
		x.Start = append(x.Start, int(s))
	}
	return x, x.Validate()
}
