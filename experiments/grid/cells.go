package grid

import (
	"cmp"
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"affmatch/experiments/datasets"
	"affmatch/experiments/prepare"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Cell is one fit of a grid.
type Cell struct {
	Data   string // name of the data
	Recipe prepare.Recipe
	Method string         // name of the method
	Preset string         // that it came from
	At     []spec.Setting // its place on the axes of more than one value
	Seed   uint64
	Model  spec.Model
	Folder string // below the sweep's

	start     mat.Matrix // from a config; nil: the model's own
	startFile string
}

// Configuration names what a cell has in common with those of other seeds: "tsne perplexity=5".
func (c Cell) Configuration() string {
	words := []string{c.Method}
	for _, s := range c.At {
		words = append(words, s.Name+"="+s.Text)
	}
	return strings.Join(words, " ")
}

func (c Cell) String() string {
	return fmt.Sprintf("%s, %s, seed %d", c.Data, c.Configuration(), c.Seed)
}

// Cells lists all combinations: by data, method, axes in the order of the file, seed. A name that does not exist or a
// value that cannot be is an error here, before anything runs; so are two cells that would be the same.
func (g Grid) Cells() ([]Cell, error) { return g.CellsWithin(context.Background(), MostCells) }

// MostCells is a bound that nobody meets on purpose.
const MostCells = 100_000

// CellsWithin is Cells with another bound, and a context that can end it.
func (g Grid) CellsWithin(ctx context.Context, most int) ([]Cell, error) {
	if err := g.within(most); err != nil {
		return nil, err
	}
	var cells []Cell
	folders := map[string]Cell{}
	dataNames := map[string]bool{}
	for _, d := range g.Data {
		if err := d.Validate(); err != nil {
			return nil, err
		}
		name := d.name()
		if err := folderName("data", name); err != nil {
			return nil, err
		}
		if dataNames[name] {
			return nil, fmt.Errorf("grid: two data sets are called %s: give them different names", name)
		}
		dataNames[name] = true
		for _, m := range g.Methods {
			its, err := g.ofMethod(ctx, m)
			if err != nil {
				return nil, err
			}
			for _, c := range its {
				if err := folderName("method", c.Configuration()); err != nil {
					return nil, err
				}
				c.Data, c.Recipe = name, d.Recipe
				c.Folder = filepath.Join("cells", plain(name), plain(c.Configuration()), fmt.Sprintf("seed-%d", c.Seed))
				if other, twice := folders[c.Folder]; twice {
					return nil, fmt.Errorf("grid: the same twice: %v and %v: give the methods different names", other, c)
				}
				folders[c.Folder] = c
				cells = append(cells, c)
			}
		}
	}
	return cells, nil
}

func (d Data) name() string {
	if d.Name != "" {
		return d.Name
	}
	base := strings.TrimSuffix(filepath.Base(d.In), ".gz")
	return strings.TrimSuffix(base, filepath.Ext(base))
}

// ofMethod are the cells of one method on any data.
func (g Grid) ofMethod(ctx context.Context, m Method) ([]Cell, error) {
	base := Cell{Method: m.Name, Preset: m.Method}
	switch {
	case (m.Method == "") == (m.Config == ""):
		return nil, fmt.Errorf(`grid: methods: %q and %q: want a "method" or a "config", not both`, m.Method, m.Config)
	case m.Config != "":
		c, model, err := runs.ReadConfig(m.Config)
		if err != nil {
			return nil, err
		}
		base.Model, base.Preset, base.startFile = model, c.Method, c.Start
		if base.start, err = startOf(m.Config, c); err != nil {
			return nil, err
		}
	default:
		preset, err := spec.Lookup(m.Method)
		if err != nil {
			return nil, err
		}
		base.Model = preset.Model()
	}
	if base.Method == "" {
		base.Method = base.Preset
	}
	axes, err := together(g.Set, m.Set)
	if err != nil {
		return nil, fmt.Errorf("grid: %s: %w", base.Method, err)
	}
	if len(g.Seeds) > 0 {
		seeds := Axis{Name: "seed"}
		for _, s := range g.Seeds {
			seeds.Values = append(seeds.Values, fmt.Sprint(s))
		}
		axes = append(axes, seeds)
	}
	var cells []Cell
	err = each(axes, nil, func(settings []spec.Setting) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		c := base
		var err error
		if c.Model, err = spec.Apply(base.Model, settings); err == nil {
			err = c.Model.Validate()
		}
		if err != nil {
			return fmt.Errorf("grid: %s %v: %w", base.Method, settings, err)
		}
		for i, s := range settings {
			if len(axes[i].Values) > 1 && s.Name != "seed" {
				c.At = append(c.At, s)
			}
		}
		c.Seed = spec.SeedOf(c.Model)
		cells = append(cells, c)
		return nil
	})
	return cells, err
}

// startOf is the start that a config names, if it does: the one that it was written with.
func startOf(path string, c runs.Config) (mat.Matrix, error) {
	if c.Start == "" {
		return nil, nil
	}
	d, err := datasets.Read(c.Start)
	if err != nil {
		return nil, fmt.Errorf("grid: config %s: %w", path, err)
	}
	if is := runs.StartSum(d.X); c.StartSHA256 != "" && is != c.StartSHA256 {
		return nil, fmt.Errorf("grid: config %s: its start %s has changed since: SHA-256 %.12s, want %.12s", path,
			c.Start, is, c.StartSHA256)
	}
	return d.X, nil
}

// together are the axes of all methods and those of one, which hold where both have one.
func together(all, own Axes) (Axes, error) {
	axes := slices.Clone(all)
	for _, a := range own {
		if i := slices.IndexFunc(axes, func(b Axis) bool { return a.Name == b.Name }); i >= 0 {
			axes[i] = a
		} else {
			axes = append(axes, a)
		}
	}
	for _, a := range axes {
		if a.Name == "seed" {
			return nil, fmt.Errorf(`set: seed: want it in "seeds"`)
		}
	}
	return axes, nil
}

// each visits all combinations, the last axis fastest.
func each(axes Axes, chosen []spec.Setting, visit func([]spec.Setting) error) error {
	if len(axes) == 0 {
		return visit(slices.Clone(chosen))
	}
	for _, v := range axes[0].Values {
		if err := each(axes[1:], append(slices.Clip(chosen), spec.Setting{Name: axes[0].Name, Text: v}), visit); err != nil {
			return err
		}
	}
	return nil
}

// within counts the cells before any is made.
func (g Grid) within(most int) error {
	total := 0.0 // the product may leave an int
	for _, m := range g.Methods {
		axes, err := together(g.Set, m.Set)
		if err != nil {
			return fmt.Errorf("grid: %s: %w", cmp.Or(m.Name, m.Method, m.Config), err)
		}
		cells := float64(len(g.Data)) * float64(max(1, len(g.Seeds)))
		for _, a := range axes {
			cells *= float64(len(a.Values))
		}
		total += cells
	}
	if total > float64(most) {
		return fault.Field("grid: cells", fmt.Sprintf("%.9g", total), fmt.Sprintf("at most %d (-max-cells)", most))
	}
	return nil
}

// longestName is what file systems take.
const longestName = 255

// folderName refuses names that are no folder of their own.
func folderName(what, name string) error {
	switch p := plain(name); {
	case p == "" || p[0] == '.':
		return fault.Field("grid: name of "+what, fmt.Sprintf("%q", name), "one that does not begin with a dot")
	case len(p) > longestName:
		return fault.Field("grid: name of "+what, fmt.Sprintf("%.40q... of %d letters", name, len(p)), fmt.Sprintf("at most %d", longestName))
	}
	return nil
}

// plain is a name fit for a folder.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', strings.ContainsRune(".=-+()", r):
			return r
		}
		return '_'
	}, name)
}
