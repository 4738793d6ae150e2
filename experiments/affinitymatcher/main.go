// Command affinitymatcher reproduces TorchDR's demo "Neighbor Embedding on genomics & equivalent affinity matcher
// formulation": t-SNE, SNE and UMAP of the SNARE-seq cells, and SNE once more as an affinity matcher, with their figures
// and loss curves.
//
//	go run ./experiments/affinitymatcher
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"affmatch/experiments/datasets"
	"affmatch/models"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errUsage):
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "affinitymatcher:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("wrong use")

type options struct {
	data, labels, out, dtype string
	seed                     uint64
	steps                    int
}

func parse(args []string, stderr io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("affinitymatcher", flag.ContinueOnError)
	f.SetOutput(stderr)
	f.StringVar(&o.data, "data", "auto", "`auto`, snareseq, cells or a file: .npy, .npz, .csv, .tsv, IDX, each also .gz. auto is snareseq where it can be had, else cells")
	f.StringVar(&o.labels, "labels", "", "`file` of one label a row (with -data FILE)")
	f.Uint64Var(&o.seed, "seed", 0, "seed of UMAP's samples and of the simulator")
	f.IntVar(&o.steps, "steps", 100, "steps of each fit")
	f.StringVar(&o.dtype, "dtype", "float64", "precision of the arithmetic: float64 or float32")
	f.StringVar(&o.out, "out", "", "`folder` for the results (default a new one below ./runs)")
	f.Usage = func() {
		fmt.Fprintf(stderr, "usage: affinitymatcher [flags]\nReproduces the affinity-matcher demo; see experiments/README.md.\n\n")
		f.PrintDefaults()
	}
	if err := f.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, errUsage // flag has said what and how
	}
	fault := func(format string, a ...any) (options, error) {
		fmt.Fprintf(stderr, "affinitymatcher: "+format+"\n", a...)
		f.Usage()
		return o, errUsage
	}
	switch {
	case f.NArg() > 0:
		return fault("%q: want flags only", f.Arg(0))
	case o.steps < 1:
		return fault("-steps = %d, want at least 1", o.steps)
	case o.dtype != "float64" && o.dtype != "float32":
		return fault("-dtype = %q, want float64 or float32", o.dtype)
	case o.labels != "" && (o.data == "auto" || o.data == "snareseq" || o.data == "cells"):
		return fault("-labels = %q, want it with -data FILE only: %s brings its own", o.labels, o.data)
	}
	return o, nil
}

func (o options) engine() models.Engine { return models.Fused{Float64: o.dtype == "float64"} }

// load gives the data, and says on w where they are not the ones of the demo.
func load(ctx context.Context, o options, w io.Writer) (*datasets.Data, error) {
	switch o.data {
	case "snareseq":
		return datasets.SNAREseq(ctx)
	case "cells":
		return datasets.Cells(o.seed), nil
	case "auto":
		d, err := datasets.SNAREseq(ctx)
		if err == nil || ctx.Err() != nil {
			return d, err
		}
		fmt.Fprintf(w, "NOTICE: the SNARE-seq cells cannot be had here:\n  %s\nUsing the built-in simulator of cells (-data cells) instead; the numbers are not the demo's.\n\n", strings.ReplaceAll(err.Error(), "\n", "\n  "))
		return datasets.Cells(o.seed), nil
	}
	return datasets.File{Path: o.data, Labels: o.labels}.Read()
}
