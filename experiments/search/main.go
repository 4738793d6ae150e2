// Command search looks for a formula by trial: P, kernel, losses, samples and descent are drawn from the parts that there
// are, tried on a few rows of several data sets, and the better quarter on more of them, until one is left. That one is
// judged, once, on data that the search has not seen, beside the methods that it has to beat.
//
//	go run ./experiments/search
//
// The same number of fits finds the same formula on every computer. See README.md for what came of it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"runtime"
	"strings"
	"time"

	"affmatch/experiments/command"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
)

func main() { command.Main("search", run) }

type options struct {
	out      string
	fits     int
	parallel int
	seed     uint64
	judge    string
	seeds    int
	winner   string
}

func parse(args []string, stdout io.Writer) (o options, err error) {
	f := flag.NewFlagSet("search", flag.ContinueOnError)
	f.StringVar(&o.out, "out", "", "`FOLDER` for the results; default: a new one below ./runs")
	f.IntVar(&o.fits, "fits", 3000, "`N` fits at the most, each of a third of a second on a core: the budget of the search")
	f.IntVar(&o.parallel, "parallel", 0, "`N` fits at once; 0: as many as there are cores. Changes no result")
	f.Uint64Var(&o.seed, "seed", 1, "of what is drawn")
	f.StringVar(&o.judge, "judge", "mnist-rest,tree,spheres", "`DATA` that judge, with commas: any that embed can name")
	f.IntVar(&o.seeds, "seeds", 5, "`N` samples of each of them")
	f.StringVar(&o.winner, "winner", "", "`FILE` of a method, such as a search's winner.json: it is judged, and none searched")
	const does = "Searches a formula for embeddings by successive halving, and judges it on other data."
	err = command.ParseOrHelp(f, args, stdout, "search [flags]", does)
	switch {
	case err != nil:
	case o.fits < 100:
		err = command.Usage("-fits = %d, want at least 100", o.fits)
	case o.parallel < 0:
		err = command.Usage("-parallel = %d, want at least 1, or 0 for the number of cores", o.parallel)
	case o.seeds < 2:
		err = command.Usage("-seeds = %d, want at least 2, for a spread", o.seeds)
	}
	if o.parallel == 0 {
		o.parallel = runtime.GOMAXPROCS(0)
	}
	return o, err
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	files := []string{"results.md", "winner.json", "rungs.csv"}
	owner := runs.Owner{Program: "search", Files: files, Inputs: []string{o.winner}}
	folder, err := runs.New(owner, o.out, false)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	began := time.Now()
	s := &search{
		plan: whole, parallel: o.parallel, seed: o.seed,
		progress: progress.New(stderr, slog.New(slog.NewTextHandler(stderr, nil))),
	}
	winner, err := s.winner(ctx, o)
	if err != nil {
		return err
	}
	judged, err := s.judge(ctx, winner, strings.Split(o.judge, ","), o.seeds)
	if err != nil {
		return err
	}
	s.progress.Done()
	text := func(w io.Writer) error {
		took := time.Since(began).Seconds()
		fmt.Fprintf(w, "%d fits of %d formulas, %.0f s of fits in %.0f s\n\n", s.fits, s.tried, s.spent.Seconds(), took)
		fmt.Fprintf(w, "Winner: %v\n\n", winner)
		return table(w, judged)
	}
	b, err := spec.Encode(winner)
	if err != nil {
		return err
	}
	for name, content := range map[string]func(io.Writer) error{
		"results.md": text, "rungs.csv": s.csv, "winner.json": func(w io.Writer) error { _, err := w.Write(b); return err },
	} {
		if err := folder.Write(name, content); err != nil {
			return err
		}
	}
	if err := text(stdout); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "results in %s\n", folder.Folder)
	return folder.Finish()
}

// winner is what the search finds, or what it is told.
func (s *search) winner(ctx context.Context, o options) (spec.Model, error) {
	if o.winner != "" {
		b, err := os.ReadFile(o.winner)
		if err != nil {
			return nil, err
		}
		return spec.Decode(b)
	}
	var err error
	if s.data, err = load(ctx, searched); err != nil {
		return nil, err
	}
	best, err := s.run(ctx, o.fits)
	if err != nil {
		return nil, err
	}
	return best.build(s.last.steps), nil
}
