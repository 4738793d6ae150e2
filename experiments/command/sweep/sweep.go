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
	"slices"
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
	cell      part
	report    bool
	slurm     string
	before    []string // words of the command line before these flags: the command's name in a program that has several
	given     map[string]bool
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
	f.Var(&o.cell, "cell", "make the fit `K` of the grid alone, counted from 0, or K/N: every Nth from it on; and no report")
	f.BoolVar(&o.report, "report", false, "write tables and figures of what is there, and make no fit")
	f.StringVar(&o.slurm, "slurm", "",
		"submit the fits to Slurm as an array of jobs, and the report behind it, with these `OPTIONS` of sbatch: "+
			"'--time=1:00:00 --cpus-per-task=4', or ''")
	f.DurationVar(&o.every, "checkpoint-every", runs.Every, "`TIME` between the checkpoints that an interrupted fit goes on from; below 0: only on Ctrl-C")
	f.TextVar(&o.scores, "scores", runs.Usual,
		"`WHICH`: usual, of a sample of more than 5,000 rows; exact, of all rows; none. Fits that are done get those that they lack")
	o.figures.Define(f, "figures", "`NAMES`, with commas between them, of "+
		strings.Join(grid.OfSweep, ", ")+" (all in one page); or none. Default: all", grid.OfSweep...)
	o.watch.Define(f)
	const does = "Runs a grid of methods, parameters, seeds and data, and compares what comes of it."
	err := command.ParseOrHelp(f, args, stdout, "sweep -grid FILE [flags]", does)
	o.given = map[string]bool{}
	f.Visit(func(f *flag.Flag) { o.given[f.Name] = true })
	if k := len(os.Args) - len(args); k > 0 && slices.Equal(os.Args[k:], args) {
		o.before = os.Args[1:k]
	}
	switch {
	case err != nil:
		return o, err
	case o.grid == "":
		return o, command.Usage("-grid is missing: want a JSON file such as %s", `{"data": ["digits"], "methods": ["umap", "tsne"], "seeds": [0, 1]}`)
	case (o.given["cell"] || o.given["slurm"]) && (o.given["report"] || o.given["watch"] || o.given["list"]) ||
		o.given["cell"] && o.given["slurm"]:
		return o, command.Usage("-cell, -slurm, and -report, -list or -watch: want one of them")
	case strings.ContainsAny(o.slurm, "\r\n"):
		return o, command.Usage("-slurm = %q, want one line", o.slurm)
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
	if s, err = claim(ctx, s, o); err != nil {
		return err
	}
	switch {
	case o.given["slurm"]:
		return submit(ctx, s, o, stdout)
	case o.report:
		return reportAlone(s, o, stdout)
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
	err = s.Watch.Close()
	if !o.given["cell"] {
		err = errors.Join(err, report(s, o, stdout))
	}
	if err = errors.Join(err, log.Err, file.Close()); err != nil {
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

// claim reads the data of the fits to be made, and takes the folder.
func claim(ctx context.Context, s grid.Sweep, o options) (grid.Sweep, error) {
	all := s.Cells
	if o.given["cell"] {
		if o.cell.from >= len(all) {
			return s, command.Usage("-cell = %d, want less than the %d fits of the grid", o.cell.from, len(all))
		}
		if joined, begun, err := s.Join(ctx, o.out, o.cell.of(all)); begun || err != nil {
			return joined, err
		}
		s.Cells = o.cell.of(all)
	}
	var err error
	if s.Data, err = grid.Load(ctx, all); err != nil {
		return s, err
	}
	whole := s
	whole.Cells = all
	s.Folder, err = whole.Claim(o.out)
	return s, err
}

// reportAlone is the report of fits that others make, or have made.
func reportAlone(s grid.Sweep, o options, stdout io.Writer) error {
	err := report(s, o, stdout)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "results in %s\n", s.Folder)
	n := 0
	for _, c := range s.Cells {
		if !s.Done(c) {
			n++
		}
	}
	if n > 0 {
		return fmt.Errorf("%d of %d fits are not done: the same command without -report goes on", n, len(s.Cells))
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
