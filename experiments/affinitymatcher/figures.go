package main

import (
	"errors"

	"affmatch/experiments/datasets"
	"affmatch/experiments/plots"
	"affmatch/experiments/runs"
)

// figures draws embeddings, sne-and-matcher and loss-curves.
func figures(folder runs.Folder, data *datasets.Data, done map[string]runs.Outcome) error {
	pictures := func(names ...string) ([]plots.Plot, error) {
		var all []plots.Plot
		for _, name := range names {
			p, err := runs.Picture(done[name].Title, data, done[name].Result.Embedding)
			if err != nil {
				return nil, err
			}
			all = append(all, p)
		}
		return all, nil
	}
	embeddings, err := pictures("tsne", "sne", "umap")
	if err != nil {
		return err
	}
	pair, err := pictures("sne", "sne-matcher")
	if err != nil {
		return err
	}
	var curves []plots.Plot
	for _, name := range order {
		curves = append(curves, plots.LossCurves{Runs: []plots.Run{runs.Curve("", done[name].Result.History)}, Title: done[name].Title})
	}
	return errors.Join(
		folder.Figure("embeddings", plots.Grid{Plots: embeddings}, "png", "svg"),
		folder.Figure("sne-and-matcher", plots.Grid{Plots: pair}, "png", "svg"),
		folder.Figure("loss-curves", plots.Grid{Plots: curves, Columns: 2}, "png", "svg"),
	)
}
