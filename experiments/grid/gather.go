package grid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"affmatch/experiments/datasets"
	"affmatch/experiments/prepare"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/internal/fault"
)

// Gathered are runs of any origin, as the results of a sweep.
type Gathered struct {
	Results
	Data  map[string]*prepare.Prepared // by the names of the results' data
	Notes []string                     // what could not be read
}

// Gather reads kept runs, or all those of a sweep's folder, as results: the axes are the parameters in which the runs of one
// method on the same data differ, seeds apart. Runs that differ in more than a name can say have their folders' names.
func Gather(ctx context.Context, folders []string) (g Gathered, err error) {
	g.Data = map[string]*prepare.Prepared{}
	for _, f := range folders {
		own, err := runsIn(f)
		if err != nil {
			return g, err
		}
		for _, r := range own {
			if err := g.add(ctx, r); err != nil {
				return g, err
			}
		}
	}
	if g.Results == nil {
		return g, fault.Field("grid: runs", "none", "at least one folder of a run")
	}
	g.place()
	return g, nil
}

// runsIn are the folders of a sweep's cells, of those that have ended; of anything else the folder itself.
func runsIn(folder string) (own []string, err error) {
	if !isSweep(folder) {
		return []string{folder}, nil
	}
	return cellsWith("status.json", folder)
}

// Begun are the folders of a sweep's cells that have begun, and whether all have; of anything else the folder itself.
func Begun(folder string) (own []string, all bool, err error) {
	if !isSweep(folder) {
		return []string{folder}, true, nil
	}
	var m marked
	b, err := os.ReadFile(filepath.Join(folder, "config.json"))
	if err == nil {
		err = json.Unmarshal(b, &m)
	}
	if err != nil {
		return nil, false, fmt.Errorf("grid: %s: %w", folder, err)
	}
	own, err = cellsWith("config.json", folder)
	return own, len(own) >= m.Cells, err
}

func isSweep(folder string) bool {
	_, err := os.Stat(filepath.Join(folder, "cells"))
	return err == nil
}

// cellsWith are the folders of a sweep's cells that have a file.
func cellsWith(name, folder string) (own []string, err error) {
	err = filepath.WalkDir(filepath.Join(folder, "cells"), func(path string, _ fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist): // it comes and goes while the sweep is under way
			return nil
		case err == nil && filepath.Base(path) == name:
			own = append(own, filepath.Dir(path))
		}
		return err
	})
	return own, err
}

func (g *Gathered) add(ctx context.Context, folder string) error {
	kept, err := runs.Folder(folder).Read()
	if errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("grid: %s: no run that has ended (config.json and status.json): %w", folder, err)
	} else if err != nil {
		return err
	}
	r := Result{Cell: Cell{Recipe: kept.Config.Data, Method: kept.Config.Method, Folder: folder}, Kept: kept}
	if r.Model, err = spec.Decode(kept.Config.Model); err != nil {
		g.Notes = append(g.Notes, fmt.Sprintf("%s: its parameters are not known here: %v", folder, err))
	} else {
		r.Seed = spec.SeedOf(r.Model)
	}
	if r.Cell.Data, err = g.dataOf(ctx, r); err != nil {
		return err
	}
	g.Results = append(g.Results, r)
	return nil
}

// dataOf is the name of a run's data, which are read once. Those that are no longer what they were have no classes.
func (g *Gathered) dataOf(ctx context.Context, r Result) (string, error) {
	base := strings.TrimSuffix(filepath.Base(r.Recipe.In), filepath.Ext(r.Recipe.In))
	for name, d := range g.Data {
		if d.SHA256 == r.Config.SHA256 {
			return name, nil
		}
	}
	name := base
	for k := 2; g.Data[name] != nil; k++ {
		name = fmt.Sprintf("%s (%d)", base, k)
	}
	d, err := r.Recipe.Load(ctx)
	if ctx.Err() != nil {
		return "", ctx.Err()
	}
	if err == nil && d.SHA256 != r.Config.SHA256 {
		err = errors.New("they have changed since")
	}
	if err != nil {
		g.Notes = append(g.Notes, fmt.Sprintf("%s: points have no classes and names: the data %s: %v", r.Folder, r.Recipe.In, err))
		d = &prepare.Prepared{Data: &datasets.Data{Name: name}, SHA256: r.Config.SHA256}
		if r.Embedding != nil {
			d.X = r.Embedding
		}
	}
	g.Data[name] = d
	return name, nil
}

// mostAxes is how many differences a name can say.
const mostAxes = 3

// place finds the axes of the runs of each method on the same data.
func (g *Gathered) place() {
	alike := map[string][]int{}
	var keys []string
	for i, r := range g.Results {
		key := r.Data + "\x00" + r.Method
		if alike[key] == nil {
			keys = append(keys, key)
		}
		alike[key] = append(alike[key], i)
	}
	for _, key := range keys {
		own := alike[key]
		axes, values, known := g.differences(own)
		for k, i := range own {
			r := &g.Results[i]
			if len(axes) > mostAxes || !known && len(own) > 1 {
				r.At = []spec.Setting{{Name: "run", Text: filepath.Base(r.Folder)}}
				continue
			}
			for _, name := range axes {
				r.At = append(r.At, spec.Setting{Name: name, Text: values[k][name]})
			}
		}
	}
}

// differences are the names of the parameters that have several values among some results, and those of each; a parameter
// that a model has not is "". Known: those of all models are.
func (g *Gathered) differences(own []int) (axes []string, values []map[string]string, known bool) {
	known = true
	var names []string
	for _, i := range own {
		of := map[string]string{}
		values = append(values, of)
		if g.Results[i].Model == nil {
			known = false
			continue
		}
		for _, p := range spec.Parameters(g.Results[i].Model) {
			if of[p.Name] = p.Value; p.Name != "seed" && !slices.Contains(names, p.Name) {
				names = append(names, p.Name)
			}
		}
	}
	for _, name := range names {
		if slices.ContainsFunc(values, func(of map[string]string) bool { return of[name] != values[0][name] }) {
			axes = append(axes, name)
		}
	}
	return axes, values, known
}
