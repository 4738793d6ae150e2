package prepare

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/internal/fault"
	"affmatch/internal/rows"
	"affmatch/internal/typo"
)

// Recipe says which data a fit gets: where they are, and what is done to them.
type Recipe struct {
	In          string   `json:"in"`                     // a file, the name of a public set or generator (see Names), or StandardInput
	Labels      string   `json:"labels,omitempty"`       // a file of one label a row; empty: what In itself brings
	LabelColumn string   `json:"label_column,omitempty"` // of a text file, see datasets.File
	RowNames    string   `json:"row_names,omitempty"`    // of a text file, see datasets.File
	Columns     []string `json:"columns,omitempty"`      // of a text file, by name; nil: all
	Drop        []string `json:"drop,omitempty"`         // columns of a text file that are left out
	Subsample   int      `json:"subsample,omitempty"`    // rows, drawn without replacement and kept in order; 0, or as many as there are: all
	Log1p       bool     `json:"log1p,omitempty"`        // log(1 + x), for counts
	Standardize bool     `json:"standardize,omitempty"`  // columns to mean 0 and standard deviation 1; constant ones to 0
	PCA         int      `json:"pca,omitempty"`          // principal components; 0: the columns as they are
	MaxMB       int      `json:"max_mb,omitempty"`       // bound on the memory that a file may take, see datasets.File
	Seed        uint64   `json:"seed"`                   // of the sample and of generators
}

// Prepared is what comes of a Recipe.
type Prepared struct {
	*datasets.Data
	Rows   []int       // of the data as read; nil: all
	SHA256 string      // of the numbers of X
	How    Preparation // what was done to them
	Recipe Recipe      // that makes the same again: with the sum of what came through standard input
}

// StandardInput in Recipe.In is what comes through standard input. A config has datasets.StandardInput and its SHA-256 in
// that place, which asks for the same again.
const StandardInput = "-"

// piped says whether the data come through standard input, and of which SHA-256; "": any.
func (r Recipe) piped() (sum string, ok bool) {
	if r.In == StandardInput {
		return "", true
	}
	return strings.CutPrefix(r.In, datasets.StandardInput)
}

// Piped says whether the data come through standard input.
func (r Recipe) Piped() bool {
	_, piped := r.piped()
	return piped
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
	if _, piped := r.piped(); !piped && r.In != "" && !slices.Contains(Names(), r.In) {
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
	case (r.RowNames != "" || r.Columns != nil || r.Drop != nil) && slices.Contains(Names(), r.In):
		return fault.Field("prepare: RowNames, Columns, Drop", "set", fmt.Sprintf("nothing with %s, which is no text file", r.In))
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
	x, err := rows.Of("prepare: X", data.X)
	if err != nil {
		return nil, err
	}
	p := &Prepared{Data: data, How: Preparation{Columns: x.Dim, Log1p: r.Log1p}}
	if r.Subsample > 0 && r.Subsample < x.N {
		p.Rows = rand.New(rand.NewPCG(r.Seed, 0x7375627361)).Perm(x.N)[:r.Subsample]
		x = p.take(x)
	}
	if r.Standardize {
		x = dense(x)
	}
	p.How.Single = x.F32 != nil && (r.Log1p || r.Standardize)
	if r.Log1p { // in place: nobody else has what was read
		if err = log1p(x, p.How.Single); err != nil {
			return nil, err
		}
	}
	if r.Standardize {
		p.How.Standard = standards(x)
		standardize(x, p.How.Standard, p.How.Single)
	}
	if r.PCA > min(x.N, x.Dim) {
		return nil, fault.Field("prepare: PCA", r.PCA, fmt.Sprintf("at most %d components of %d rows and %d columns",
			min(x.N, x.Dim), x.N, x.Dim))
	}
	if r.PCA > 0 {
		if x, err = p.How.components(ctx, x, r.PCA, r.Seed); err != nil {
			return nil, err
		}
		p.Data.Columns = nil
	}
	if _, piped := r.piped(); piped {
		r.In = data.Source
	}
	p.X, p.SHA256, p.Recipe = affinity.OfRows(x), sum(x), r
	return p, p.Validate()
}

func (r Recipe) read(ctx context.Context) (*datasets.Data, error) {
	if make, ok := generators[r.In]; ok {
		return make(r.Seed), nil
	}
	if slices.Contains(Names(), r.In) {
		return datasets.Load(ctx, r.In)
	}
	f := datasets.File{
		Path: r.In, Labels: r.Labels, LabelColumn: r.LabelColumn, RowNames: r.RowNames, Columns: r.Columns,
		Drop: r.Drop, MaxMB: r.MaxMB,
	}
	if sum, piped := r.piped(); piped {
		return fromStandardInput(f, sum)
	}
	if _, err := os.Stat(r.In); errors.Is(err, os.ErrNotExist) {
		return nil, fmt.Errorf("prepare: no file %s, and no data of that name%s: want a file or one of %s",
			r.In, typo.Hint(filepath.Base(r.In), Names()), strings.Join(Names(), ", "))
	}
	return f.Read()
}

// fromStandardInput reads what is piped in, which must have the sum, unless that is "".
func fromStandardInput(f datasets.File, sum string) (*datasets.Data, error) {
	if info, err := os.Stdin.Stat(); err == nil && info.Mode()&os.ModeCharDevice != 0 {
		return nil, errors.New("prepare: the data come through standard input: pipe a file into it")
	}
	f.Path, f.Input = "standard input", os.Stdin
	d, err := f.Read()
	if err == nil && sum != "" && d.Source != datasets.StandardInput+sum {
		return nil, fmt.Errorf("prepare: standard input has %s, want SHA-256 %s: pipe in what the run had", d.Source, sum)
	}
	return d, err
}
