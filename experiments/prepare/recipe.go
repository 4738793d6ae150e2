package prepare

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"affmatch/experiments/datasets"
	"affmatch/internal/fault"
	"affmatch/internal/pca"
	"affmatch/internal/same"
	"affmatch/internal/typo"

	"gonum.org/v1/gonum/mat"
)

// Recipe says which data a fit gets: where they are, and what is done to them.
type Recipe struct {
	In          string `json:"in"`                     // a file, or the name of a public set or generator: see Names
	Labels      string `json:"labels,omitempty"`       // a file of one label a row; empty: what In itself brings
	LabelColumn string `json:"label_column,omitempty"` // of a text file, see datasets.File
	Subsample   int    `json:"subsample,omitempty"`    // rows, drawn without replacement and kept in order; 0, or as many as there are: all
	Log1p       bool   `json:"log1p,omitempty"`        // log(1 + x), for counts
	Standardize bool   `json:"standardize,omitempty"`  // columns to mean 0 and standard deviation 1; constant ones to 0
	PCA         int    `json:"pca,omitempty"`          // principal components; 0: the columns as they are
	MaxMB       int    `json:"max_mb,omitempty"`       // bound on the memory that a file may take, see datasets.File
	Seed        uint64 `json:"seed"`                   // of the sample and of generators
}

// Prepared is what comes of a Recipe.
type Prepared struct {
	*datasets.Data
	Rows   []int       // of the data as read; nil: all
	SHA256 string      // of the numbers of X
	How    Preparation // what was done to them
}

// generators are the simulated sets, by the names that files do not have.
var generators = map[string]func(seed uint64) *datasets.Data{
	"blobs": datasets.Blobs, "cells": datasets.Cells, "s-curve": datasets.SCurve, "spheres": datasets.Spheres,
	"swiss-roll": datasets.SwissRoll, "tree": datasets.Tree,
}

// Names are the data that have a name instead of a file: generators, and public sets, which are downloaded once if they
// are not there.
func Names() []string {
	names := slices.Sorted(maps.Keys(generators))
	for _, s := range datasets.Sets() {
		names = append(names, s.Name)
	}
	return names
}

// Absolute is the recipe with files named from the root, so that it holds in any working directory.
func (r Recipe) Absolute() (Recipe, error) {
	var err error
	if r.In != "" && !slices.Contains(Names(), r.In) {
		r.In, err = filepath.Abs(r.In)
	}
	if r.Labels != "" && err == nil {
		r.Labels, err = filepath.Abs(r.Labels)
	}
	return r, err
}

// Validate says what is wrong before anything is read.
func (r Recipe) Validate() error {
	switch {
	case r.In == "":
		return fault.Field("prepare: In", "nothing", "a file of points, or one of "+strings.Join(Names(), ", "))
	case r.Subsample < 0:
		return fault.Field("prepare: Subsample", r.Subsample, "a number of rows, or 0 for all")
	case r.MaxMB < 0:
		return fault.Field("prepare: MaxMB", r.MaxMB, "a number of megabytes, or 0 for what the file's size allows")
	case r.PCA < 0:
		return fault.Field("prepare: PCA", r.PCA, "a number of components, or 0 for the columns as they are")
	case (r.Labels != "" || r.LabelColumn != "") && slices.Contains(Names(), r.In):
		return fault.Field("prepare: Labels", r.Labels+r.LabelColumn, fmt.Sprintf("none with %s, which brings its own", r.In))
	}
	return nil
}

// Load reads and prepares.
func (r Recipe) Load(ctx context.Context) (*Prepared, error) {
	if err := r.Validate(); err != nil {
		return nil, err
	}
	data, err := r.read(ctx)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Data: data}
	n, cols := data.Dims()
	if r.Subsample > 0 && r.Subsample < n {
		p.take(rand.New(rand.NewPCG(r.Seed, 0x7375627361)).Perm(n)[:r.Subsample])
	}
	x, isDense := p.X.(*mat.Dense)
	if !isDense || r.Log1p || r.Standardize {
		x = mat.DenseCopyOf(p.X)
	}
	p.How = Preparation{Columns: cols, Log1p: r.Log1p}
	if r.Log1p {
		if err := log1p(x); err != nil {
			return nil, err
		}
	}
	if r.Standardize {
		p.How.Standard = standardize(x)
	}
	if rows, _ := x.Dims(); r.PCA > min(rows, cols) {
		return nil, fault.Field("prepare: PCA", r.PCA, fmt.Sprintf("at most %d components of %d rows and %d columns", min(rows, cols), rows, cols))
	}
	if r.PCA > 0 {
		if x, err = p.How.components(ctx, x, r.PCA, r.Seed); err != nil {
			return nil, err
		}
	}
	p.X, p.SHA256 = x, sum(x)
	return p, p.Validate()
}

func (r Recipe) read(ctx context.Context) (*datasets.Data, error) {
	if make, ok := generators[r.In]; ok {
		return make(r.Seed), nil
	}
	if slices.Contains(Names(), r.In) {
		return datasets.Load(ctx, r.In)
	}
	if _, err := os.Stat(r.In); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("prepare: no file %s, and no data of that name%s: want a file or one of %s",
			r.In, typo.Hint(filepath.Base(r.In), Names()), strings.Join(Names(), ", "))
	}
	return datasets.File{Path: r.In, Labels: r.Labels, LabelColumn: r.LabelColumn, MaxMB: r.MaxMB}.Read()
}

// take keeps the given rows, in order.
func (p *Prepared) take(rows []int) {
	slices.Sort(rows)
	p.Rows = rows
	_, cols := p.Dims()
	x := mat.NewDense(len(rows), cols, nil)
	d := *p.Data
	d.Labels, d.Values = nil, nil
	for at, i := range rows {
		mat.Row(x.RawRowView(at), i, p.X)
		if p.Labels != nil {
			d.Labels = append(d.Labels, p.Labels[i])
		}
		if p.Values != nil {
			d.Values = append(d.Values, p.Values[i])
		}
	}
	d.X = x
	p.Data = &d
}

func log1p(x *mat.Dense) error {
	n, _ := x.Dims()
	for i := range n {
		row := x.RawRowView(i)
		for j, v := range row {
			if v <= -1 {
				return fault.Field(fmt.Sprintf("prepare: Log1p: X[%d,%d]", i, j), v, "more than -1 (are these counts?)")
			}
			row[j] = same.Log1p(v)
		}
	}
	return nil
}

// standardize divides by the standard deviation over n, as scikit-learn's StandardScaler. A column is first brought to
// numbers about 1, by a power of two: squares of 1e-200 vanish, and those of 1e200 are infinite.
func standardize(x *mat.Dense) []Standard {
	n, p := x.Dims()
	all := make([]Standard, p)
	for j := range p {
		var largest, mean, squares float64
		for i := range n {
			largest = max(largest, math.Abs(x.At(i, j)))
		}
		_, exponent := math.Frexp(largest)
		for i := range n {
			x.Set(i, j, math.Ldexp(x.At(i, j), -exponent))
		}
		for i := range n {
			mean += x.At(i, j) / float64(n)
		}
		for i := range n {
			d := x.At(i, j) - mean
			squares += d * d / float64(n)
		}
		scale := 0.0
		if sd := math.Sqrt(squares); sd > 1e-14*math.Abs(mean) { // below that the column is constant but for rounding
			scale = 1 / sd
		}
		for i := range n {
			x.Set(i, j, (x.At(i, j)-mean)*scale)
		}
		all[j] = Standard{-exponent, mean, scale}
	}
	return all
}

func (how *Preparation) components(ctx context.Context, x *mat.Dense, m int, seed uint64) (*mat.Dense, error) {
	n, p := x.Dims()
	o := pca.Defaults()
	o.Seed = seed
	r, err := pca.Scores(ctx, pca.Rows{N: n, Dim: p, F64: x.RawMatrix().Data}, m, o)
	if err != nil {
		return nil, fmt.Errorf("prepare: PCA: %w", err)
	}
	how.Mean = r.Mean
	for k := range m {
		how.Axes = append(how.Axes, r.Axes[k*p:(k+1)*p])
	}
	return mat.NewDense(n, m, r.Scores), nil
}

// sum is the SHA-256 of the sizes and the numbers.
func sum(x *mat.Dense) string {
	n, p := x.Dims()
	h := sha256.New()
	b := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(n)), uint64(p))
	for i := range n {
		for _, v := range x.RawRowView(i) {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		h.Write(b)
		b = b[:0]
	}
	return hex.EncodeToString(h.Sum(nil))
}
