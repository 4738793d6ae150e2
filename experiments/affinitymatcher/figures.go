package main

import (
	"errors"

	"affmatch/experiments/datasets"
	"affmatch/experiments/plots"
	"affmatch/experiments/runs"
)

// figures draws embeddings, sne-and-matcher and loss-curves.
func figures(folder runs.Folder, data *datasets.Data, done []fitted) error {
	byName := map[string]fitted{}
	for _, f := range done {
		byName[f.folder] = f
	}
	scatter := func(name string) plots.Plot {
		f := byName[name]
		return plots.Scatter{Points: f.result.Embedding, Title: f.title, Labels: data.Labels, Names: data.Names}
	}
	curves := func(name string) plots.Plot {
		f := byName[name]
		loss := make([]float64, len(f.result.History))
		terms := map[string][]float64{}
		for i, r := range f.result.History {
			loss[i] = r.Loss
			for _, t := range r.Terms {
				terms[t.Name] = append(terms[t.Name], t.Value)
			}
		}
		r := plots.Run{Loss: [][]float64{loss}}
		if len(terms) > 1 {
			for _, t := range f.result.History[0].Terms {
				r.Terms = append(r.Terms, plots.Term{Name: t.Name, Values: [][]float64{terms[t.Name]}})
			}
		}
		return plots.LossCurves{Runs: []plots.Run{r}, Title: f.title}
	}
	save := func(base string, g plots.Grid) error {
		f, err := g.Figure()
		if err != nil {
			return err
		}
		return plots.Save(f, folder.Path(base), "png", "svg")
	}
	return errors.Join(
		save("embeddings", plots.Grid{Plots: []plots.Plot{scatter("tsne"), scatter("sne"), scatter("umap")}}),
		save("sne-and-matcher", plots.Grid{Plots: []plots.Plot{scatter("sne"), scatter("sne-matcher")}}),
		save("loss-curves", plots.Grid{Plots: []plots.Plot{curves("tsne"), curves("sne"), curves("umap"), curves("sne-matcher")}, Columns: 2}),
	)
}
