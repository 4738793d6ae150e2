// Package sweep is the command of that name.
package sweep

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"time"

	"affmatch/experiments/command"
	"affmatch/experiments/grid"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/experiments/watch"
)

type options struct {
	grid, out string
	parallel  int
	most      int
	list      bool
	every     time.Duration
	watch     watch.Flag
	scores    runs.Scoring
	figures   command.Some
}

func parse(args []string, stdout io.Writer) (options, error) {
	var o options
	f := flag.NewFlagSet("sweep", flag.ContinueOnError)
	f.StringVar(&o.grid, "grid", "", "`FILE` of the grid, JSON: see experiments/README.md")
	f.StringVar(&o.out, "out", "", "`FOLDER` for the results; one that holds some of them already is completed. Default: a new one below ./runs")
	f.IntVar(&o.parallel, "parallel", 0, "`N` fits at once; 0: as many as there are cores. Changes no result")
	f.IntVar(&o.most, "max-cells", grid.MostCells, "`N` fits at the most: more are taken for a slip")
	f.BoolVar(&o.list, "list", false, "list the fits, and run none")
	f.DurationVar(&o.every, "checkpoint-every", runs.Every, "`TIME` between the checkpoints that an interrupted fit goes on from; below 0: only on Ctrl-C")
	f.TextVar(&o.scores, "scores", runs.Usual, "`WHICH`: usual, of a sample of more than 5,000 rows; exact, of all rows; none. Fits that are done get those that they lack")
	o.figures.Define(f, "figures", "`NAMES`, with commas between them, of "+strings.Join(grid.OfSweep, ", ")+" (all in one page); or none. Default: all", grid.OfSweep...)
	o.watch.Define(f)
	const does = "Runs a grid of methods, parameters, seeds and data, and compares what comes of it."
	err := command.ParseOrHelp(f, args, stdout, "sweep -grid FILE [flags]", does)
	switch {
	case err != nil:
		return o, err
	case o.grid == "":
		return o, command.Usage("-grid is missing: want a JSON file such as %s", `{"data": ["digits"], "methods": ["umap", "tsne"], "seeds": [0, 1]}`)
	case o.parallel < 0:
		return o, command.Usage("-parallel = %d, want at least 1, or 0 for the number of cores", o.parallel)
	}
	return o, nil
}

// Run is the command.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	g, err := grid.Read(o.grid)
	if err != nil {
		return err
	}
	s := grid.Sweep{Parallel: o.parallel, Every: o.every, Scoring: o.scores}
	if s.Cells, err = g.CellsWithin(ctx, o.most); err != nil {
		return err
	}
	if o.list {
		for _, c := range s.Cells {
			fmt.Fprintln(stdout, c)
		}
		return nil
	}
	if s.Data, err = grid.Load(ctx, s.Cells); err != nil {
		return err
	}
	if s.Folder, err = s.Claim(o.out); err != nil {
		return err
	}
	file, err := os.OpenFile(s.Folder.Path("sweep.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	log := &command.Checked{W: file}
	s.Log = slog.New(slog.NewTextHandler(progress.LogTo(log, stderr), nil))
	s.Progress = progress.New(stderr, s.Log)
	if s.Watch, err = o.watch.Start(stderr); err != nil {
		return errors.Join(err, file.Close())
	}
	tally, runErr := s.Run(ctx)
	if err := errors.Join(s.Watch.Close(), report(s, o, stdout), log.Err, file.Close()); err != nil {
		return errors.Join(runErr, err)
	}
	fmt.Fprintf(stdout, "%d fits: %v\nresults in %s\n", len(s.Cells), tally, s.Folder)
	if runErr != nil {
		return fmt.Errorf("%v; the same command with -out %s goes on from here: %w", tally, s.Folder, runErr)
	}
	if tally.Failed > 0 {
		return fmt.Errorf("%d of %d fits failed: %s says why", tally.Failed, len(s.Cells), s.Folder.Path("results.md"))
	}
	return nil
}

// report writes the tables and figures of what is there.
func report(s grid.Sweep, o options, stdout io.Writer) error {
	results := s.Collect()
	err := errors.Join(
		s.Folder.Write("results.csv", results.CSV),
		s.Folder.Write("results.md", results.Markdown),
		results.Draw(s.Folder, "sweep of "+o.grid, s.Data, grid.Look{Has: o.figures.Has}),
	)
	if err != nil {
		return err
	}
	return results.Markdown(stdout)
}
