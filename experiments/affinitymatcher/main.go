// Command affinitymatcher reproduces TorchDR's demo "Neighbor Embedding on genomics & equivalent affinity matcher
// formulation": t-SNE, SNE and UMAP of the SNARE-seq cells, and SNE once more as an affinity matcher, with their figures
// and loss curves.
//
//	go run ./experiments/affinitymatcher
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"affmatch/experiments/command"
	"affmatch/experiments/prepare"
	"affmatch/models"
)

func main() { command.Main("affinitymatcher", run) }

type options struct {
	data, labels, out, dtype string
	seed                     uint64
	steps, maxMB             int
	overwrite                bool
}

func parse(args []string, stdout io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("affinitymatcher", flag.ContinueOnError)
	f.StringVar(&o.data, "data", "auto", "`auto`, snareseq, cells or a file: .npy, .npz, .csv, .tsv, IDX, each also .gz. auto is snareseq where it can be had, else cells")
	f.StringVar(&o.labels, "labels", "", "`file` of one label a row (with -data FILE)")
	f.Uint64Var(&o.seed, "seed", 0, "seed of UMAP's samples and of the simulator")
	f.IntVar(&o.maxMB, "max-mb", 0, "let the file of -data take `M` megabytes of memory; 0: 256, and 64 times its size on the disk")
	f.IntVar(&o.steps, "steps", 100, "steps of each fit")
	f.StringVar(&o.dtype, "dtype", "float64", "precision of the arithmetic: float64 or float32")
	f.StringVar(&o.out, "out", "", "`folder` for the results (default a new one below ./runs)")
	f.BoolVar(&o.overwrite, "overwrite", false, "let -out be a folder of this demo's already, which is replaced when the new one is done")
	const does = "Reproduces the affinity-matcher demo; see experiments/README.md."
	err := command.ParseOrHelp(f, args, stdout, "affinitymatcher [flags]", does)
	switch {
	case err != nil:
		return o, err
	case o.maxMB < 0:
		return o, command.Usage("-max-mb = %d, want at least 0", o.maxMB)
	case o.steps < 1:
		return o, command.Usage("-steps = %d, want at least 1", o.steps)
	case o.dtype != "float64" && o.dtype != "float32":
		return o, command.Usage("-dtype = %q, want float64 or float32", o.dtype)
	case o.labels != "" && (o.data == "auto" || slices.Contains(prepare.Names(), o.data)):
		return o, command.Usage("-labels = %q, want it with -data FILE only: %s brings its own", o.labels, o.data)
	}
	return o, nil
}

func (o options) engine() models.Engine { return models.Fused{Float64: o.dtype == "float64"} }

// load gives the data with their recipe, and says on w where they are not the ones of the demo.
func load(ctx context.Context, o options, w io.Writer) (*prepare.Prepared, prepare.Recipe, error) {
	r := prepare.Recipe{In: o.data, Labels: o.labels, Seed: o.seed, MaxMB: o.maxMB}
	if o.data != "auto" {
		d, err := r.Load(ctx)
		return d, r, err
	}
	r.In = "snareseq"
	d, err := r.Load(ctx)
	if err == nil || ctx.Err() != nil {
		return d, r, err
	}
	fmt.Fprintf(w, "NOTICE: the SNARE-seq cells cannot be had here:\n  %s\nUsing the built-in simulator of cells (-data cells) instead; the numbers are not the demo's.\n\n", strings.ReplaceAll(err.Error(), "\n", "\n  "))
	r.In = "cells"
	d, err = r.Load(ctx)
	return d, r, err
}
