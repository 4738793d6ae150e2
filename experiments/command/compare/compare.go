// Package compare is the command of that name.
package compare

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"affmatch/experiments/command"
	"affmatch/experiments/grid"
	"affmatch/experiments/progress"
	"affmatch/experiments/runs"
	"affmatch/experiments/watch"
	"affmatch/internal/typo"
)

type options struct {
	runs      []string
	out       string
	scale     grid.Scale
	overwrite bool
	figures   command.Some
	watch     watch.Flag
}

var scales = []string{string(grid.Chosen), string(grid.Linear), string(grid.LogX), string(grid.LogY), string(grid.LogXY)}

func parse(args []string, stdout io.Writer) (options, error) {
	o := options{scale: grid.Chosen}
	f := flag.NewFlagSet("compare", flag.ContinueOnError)
	f.StringVar(&o.out, "out", "", "`FOLDER` for the results; default: a new one below ./runs")
	f.BoolVar(&o.overwrite, "overwrite", false, "let -out be a folder that holds a comparison already, which is replaced")
	of := "`SCALE` of the curves: " + strings.Join(scales, ", ") + "; auto: where convergence is seen"
	f.Func("scale", of, func(text string) error {
		if !slices.Contains(scales, text) {
			return fmt.Errorf("want one of %s%s", strings.Join(scales, ", "), typo.Hint(text, scales))
		}
		o.scale = grid.Scale(text)
		return nil
	})
	o.figures.Define(f, "figures", "`NAMES`, with commas between them, of "+
		strings.Join(grid.OfComparison, ", ")+" (all in one page); or none. Default: all", grid.OfComparison...)
	o.watch.DefineAs(f, "show the runs on a page of this machine, those that are under way as they go on, and compare them when all have ended")
	const does = "Compares kept runs: folders of embed, cells of sweeps or whole sweeps.\n" +
		"Runs that differ in their seed only are one line."
	rest, err := command.ParseAround(f, args, stdout, "compare RUN... [flags]", does)
	if err != nil {
		return o, err
	}
	if o.runs = rest; len(o.runs) == 0 {
		return o, command.Usage("no runs: want the folders of some, such as runs/*")
	}
	return o, nil
}

// ofComparison are the names that a comparison leaves in its folder.
var ofComparison = []string{
	"config.json", "status.json", "results.csv", "results.md", "report.html",
	"map-*", "embeddings-*", "loss-*", "gradient-*", "terms-*", "scores-by-*",
}

// Run is the command.
func Run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stdout)
	if err != nil {
		return err
	}
	owner := runs.Owner{Program: "compare", Files: ofComparison, Inputs: o.runs, Prepare: func(f runs.Folder) error {
		return f.JSON("config.json", map[string]any{"program": "compare", "runs": o.runs, "scale": o.scale})
	}}
	if err := owner.Check(o.out, o.overwrite); err != nil {
		return err
	}
	shown := progress.New(stderr, nil)
	shown.Stage("compare", fmt.Sprintf("%d folders", len(o.runs)))
	defer shown.Done()
	page, err := o.watch.Start(stderr)
	if err != nil {
		return err
	}
	var notes []string
	if page != nil {
		left, err := follow(ctx, o.runs, page)
		if err = errors.Join(err, page.Close()); err != nil {
			return err
		}
		for _, f := range left {
			o.runs = slices.DeleteFunc(o.runs, func(run string) bool { return run == f })
			notes = append(notes, f+": not compared: it has not ended, and nobody works on it")
		}
	}
	all, err := grid.Gather(ctx, o.runs)
	if err != nil {
		return err
	}
	folder, err := runs.New(owner, o.out, o.overwrite)
	if err != nil {
		return err
	}
	defer folder.Close() //nolint:errcheck // a lock's file has nothing to report
	shown.Stage("compare", fmt.Sprintf("figures of %d runs", len(all.Results)))
	err = errors.Join(
		folder.Write("results.csv", all.CSV),
		folder.Write("results.md", all.Markdown),
		all.Draw(folder.Folder, "comparison of runs", all.Data, grid.Look{Scale: o.scale, Has: o.figures.Has}),
		ctx.Err(),
	)
	if err == nil {
		err = folder.JSON("status.json", runs.Status{State: runs.Finished})
	}
	if err == nil {
		err = folder.Finish()
	}
	if err != nil {
		return err
	}
	shown.Done()
	if err := all.Markdown(stdout); err != nil {
		return err
	}
	for _, note := range append(notes, all.Notes...) {
		fmt.Fprintln(stdout, "note:", note)
	}
	fmt.Fprintf(stdout, "results in %s\n", folder.Folder)
	return nil
}
