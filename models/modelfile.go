package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/npz"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

// A model's file is an .npz: what numpy.load reads, with one more member, model.json.
//
//	model.json     the head: format, version, method, shapes, notes, columns of history, SHA-256 of each array and of the data
//	embedding      n x Dim, float64
//	X              n x p: float64, float32 or uint8, the narrowest that holds each of its numbers; of sparse rows instead
//	               X.data, X.indices and X.indptr, as scipy's csr_matrix takes them
//	labels         n, int64, where the data came with classes
//	weights        n, float64, where they came with weights
//	history        a row a step, float64; the head names its columns
//	learned/NAME   what else was learned or carried, float64; a number is a vector of one
//
// P and the index are not in it: they are computed again, to the same bits, when they are first asked for.
const (
	modelFormat  = "affmatch model"
	modelVersion = 1
)

// modelHead is model.json.
type modelHead struct {
	Format  string            `json:"format"`
	Version int               `json:"version"`
	Method  json.RawMessage   `json:"method"`        // the caller's
	Prints  string            `json:"prints"`        // the method, for people
	Rows    int               `json:"rows"`          // n
	Columns int               `json:"columns"`       // of X; 0: there is none
	Dim     int               `json:"dim"`           // columns of the embedding
	Form    string            `json:"x"`             // of X: dense, float32, sparse; elsewhere: its fingerprint alone; none
	Data    string            `json:"data_sha256"`   // of X, labels and weights
	History []string          `json:"history"`       // its columns
	Notes   []string          `json:"notes"`         // of the fit
	Arrays  map[string]string `json:"arrays_sha256"` // of each array's file
}

// Saving is what a model's file holds beside what was computed.
type Saving struct {
	Method   json.RawMessage // what the reader makes the method of, any JSON; nil: null
	WithoutX bool            // the fingerprint of X alone: the reader must have X
}

// Write writes the model to w, to be read by ReadModel or numpy. That a file appears whole or not at all is the caller's
// part.
func (m *Model) Write(w io.Writer, s Saving) error {
	if err := m.check(); err != nil {
		return err
	}
	out := npz.NewWriter(w)
	n, d := m.Embedding.Dims()
	h := modelHead{
		Format: modelFormat, Version: modelVersion, Method: s.Method, Prints: m.prints(), Rows: n, Dim: d, Form: "none",
		Notes: m.Notes, Arrays: map[string]string{},
	}
	put := func(name, as string, data any, shape ...int) error {
		sum, err := out.Array(name, npz.Array{Shape: shape, Data: data, As: as})
		h.Arrays[name] = sum
		return err
	}
	err := put("embedding", "", mat.DenseCopyOf(m.Embedding).RawMatrix().Data, n, d)
	if err == nil {
		err = m.putData(&h, put, s.WithoutX)
	}
	if err == nil && len(m.History) > 0 {
		var table []float64
		table, h.History = tableOf(m.History)
		err = put("history", "", table, len(m.History), len(h.History))
	}
	for _, name := range slices.Sorted(maps.Keys(m.Values)) {
		if v := m.Values[name]; err == nil {
			err = put("learned/"+name, "", v.Float64s(), v.Shape()...)
		}
	}
	if err == nil {
		var head []byte
		if head, err = json.MarshalIndent(h, "", "  "); err == nil {
			err = out.Bytes("model.json", append(head, '\n'))
		}
	}
	if err = errors.Join(err, out.Close()); err != nil {
		return fmt.Errorf("models: Model: %w", err)
	}
	return nil
}

// prints is the method as it prints.
func (m *Model) prints() string {
	if m.Map != nil {
		return ClosedForm{In: m.Problem.In, Map: m.Map, Dim: m.Problem.Dim, Seed: m.Problem.Seed}.String()
	}
	return printed(m.Problem)
}

// putData writes X, with what is known of its rows.
func (m *Model) putData(h *modelHead, put func(name, as string, data any, shape ...int) error, without bool) error {
	data, err := affinity.DataOf(m.X)
	if err != nil || data.Matrix == nil && data.Labels == nil && data.Weights == nil {
		return err
	}
	h.Data = dataSum(m.X, nil)
	if data.Labels != nil {
		labels := make([]int64, len(data.Labels))
		for i, l := range data.Labels {
			labels[i] = int64(l)
		}
		err = errors.Join(err, put("labels", "", labels, len(labels)))
	}
	if data.Weights != nil {
		err = errors.Join(err, put("weights", "", data.Weights, len(data.Weights)))
	}
	if err != nil || data.Matrix == nil {
		return err
	}
	x, err := rows.Of("models: Model: X", data.Matrix)
	if err != nil {
		return err
	}
	h.Columns = x.Dim
	switch {
	case without:
		h.Form = "elsewhere"
		return nil
	case x.Sparse():
		h.Form = "sparse"
		starts := make([]int64, len(x.Start))
		for i, s := range x.Start {
			starts[i] = int64(s)
		}
		return errors.Join(put("X.data", narrowest(x.F64), x.F64, len(x.F64)), put("X.indices", "", x.Index, len(x.Index)),
			put("X.indptr", "", starts, len(starts)))
	case x.F32 != nil:
		h.Form = "float32"
		return put("X", narrowest(x.F32), x.F32, x.N, x.Dim)
	}
	h.Form = "dense"
	return put("X", narrowest(x.F64), x.F64, x.N, x.Dim)
}

// narrowest is the type of npz.Array.As that holds each of the numbers, to the last bit; "": their own.
func narrowest[T float32 | float64](x []T) string {
	small, single := true, true
	for _, v := range x {
		small = small && v >= 0 && v <= 255 && math.Float64bits(float64(uint8(v))) == math.Float64bits(float64(v))
		single = single && float64(float32(v)) == float64(v)
		if !small && !single {
			return ""
		}
	}
	if small {
		return "|u1"
	}
	return "<f4"
}

// wide is what was narrowed.
func wide(data any) ([]float64, error) {
	switch data := data.(type) {
	case []float64:
		return data, nil
	case []float32:
		return widened(data), nil
	case []uint8:
		return widened(data), nil
	}
	return nil, fault.Field("type", fmt.Sprintf("%T", data), "float64, float32 or uint8")
}

// single is what was narrowed, in float32.
func single(data any) ([]float32, bool) {
	switch data := data.(type) {
	case []float32:
		return data, true
	case []uint8:
		s := make([]float32, len(data))
		for i, v := range data {
			s[i] = float32(v)
		}
		return s, true
	}
	return nil, false
}

func widened[T float32 | uint8](x []T) []float64 {
	w := make([]float64, len(x))
	for i, v := range x {
		w[i] = float64(v)
	}
	return w
}

// recordColumns are those of a history beside its terms, and how a record has them.
var recordColumns = []struct {
	name string
	of   func(r *Record) *float64
}{
	{"loss", func(r *Record) *float64 { return &r.Loss }},
	{"grad_norm", func(r *Record) *float64 { return &r.GradNorm }},
	{"learn_rate", func(r *Record) *float64 { return &r.LearnRate }},
	{"exaggeration", func(r *Record) *float64 { return &r.Exaggeration }},
	{"sum_error", func(r *Record) *float64 { return &r.SumError }},
	{"seconds", func(r *Record) *float64 { return &r.Seconds }},
}

// tableOf is a history as a table: step, the columns above, and each term by its name.
func tableOf(all []Record) (table []float64, columns []string) {
	columns = []string{"step"}
	for _, c := range recordColumns {
		columns = append(columns, c.name)
	}
	for _, t := range all[0].Terms {
		columns = append(columns, t.Name)
	}
	for _, r := range all {
		table = append(table, float64(r.Step))
		for _, c := range recordColumns {
			table = append(table, *c.of(&r))
		}
		for _, t := range all[0].Terms {
			v, _ := r.Term(t.Name)
			table = append(table, v)
		}
	}
	return table, columns
}

// historyOf is the history of a table.
func historyOf(table []float64, columns []string) ([]Record, error) {
	fixed := 1 + len(recordColumns)
	if len(columns) < fixed {
		return nil, fault.Field("history", columns, fmt.Sprintf("%d columns at least", fixed))
	}
	var all []Record
	for row := range slices.Chunk(table, len(columns)) {
		r := Record{Step: int(row[0])}
		for k, c := range recordColumns {
			*c.of(&r) = row[1+k]
		}
		for k, name := range columns[fixed:] {
			r.Terms = append(r.Terms, TermValue{name, row[fixed+k]})
		}
		all = append(all, r)
	}
	return all, nil
}

// valueOf is a learned value of an array.
func valueOf(a npz.Array) (*tensor.Dense, error) {
	v, ok := a.Data.([]float64)
	if !ok || len(v) == 0 {
		return nil, fault.Field("learned", fmt.Sprintf("%T of shape %v", a.Data, a.Shape), "float64 numbers")
	}
	for i, x := range v {
		if x-x != 0 {
			return nil, fault.Field(fmt.Sprintf("learned: entry %d", i), x, "a finite number")
		}
	}
	return tensor.New(tensor.WithShape(a.Shape...), tensor.WithBacking(v)), nil
}
