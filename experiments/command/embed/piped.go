package embed

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"affmatch/experiments/command"
	"affmatch/experiments/datasets"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"

	"gonum.org/v1/gonum/mat"
)

// standardOutput, as -out, is where the embedding goes alone: no folder is kept, and words are for standard error.
const standardOutput = "-"

// checkPiped refuses flags of what a folder would hold.
func (o *options) checkPiped() error {
	if o.given["format"] && (o.format == "json") != o.given["plan"] {
		return command.Usage("-format %s: want csv, tsv or npy with -out -, or json with -plan", o.format)
	}
	if o.out != standardOutput {
		if o.given["format"] && !o.given["plan"] {
			return command.Usage("-format is of -out - alone: a folder has embedding.npy")
		}
		return nil
	}
	for _, name := range []string{"figures", "snapshots", "overwrite"} {
		if o.given[name] {
			return command.Usage("-out - and -%s: want none: the embedding goes to standard output, and no folder is kept", name)
		}
	}
	return nil
}

// piped makes a fit in a folder that does not stay. Scores are made where they are asked for.
func piped(ctx context.Context, o *options, c runs.Config, m spec.Model, stdout, stderr io.Writer) error {
	fit, err := load(ctx, c, m, stderr)
	if err != nil {
		return err
	}
	fit.Every, fit.KeepModel, fit.Scoring, o.figures = -1, false, runs.Unscored, command.Some{}
	if o.given["scores"] {
		fit.Scoring = o.scores
	}
	dir, err := os.MkdirTemp("", "embed-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // of the system's temporary files
	folder, err := runs.New(runs.Owner{Program: "embed", Prepare: fit.Prepare}, filepath.Join(dir, "run"), false)
	if err != nil {
		return err
	}
	fit, out, err := carryOut(ctx, o, c, fit, folder, stderr)
	if err = errors.Join(err, folder.Close()); err != nil {
		return err
	}
	summary(stderr, fit, out)
	return o.write(stdout, out.Result.Embedding, fit.Data.Data)
}

// write writes an embedding with the names of its rows, which npy has none for.
func (o *options) write(w io.Writer, z *mat.Dense, of *datasets.Data) error {
	d := &datasets.Data{X: z, RowNames: of.RowNames}
	_, dim := z.Dims()
	for k := range dim {
		d.Columns = append(d.Columns, fmt.Sprintf("z%d", k+1))
	}
	return datasets.Encode(w, o.format, d)
}

// setFormat takes one that Encode has.
func (o *options) setFormat(text string) error {
	switch text {
	case "csv", "tsv", "npy", "json":
		o.format = text
		return nil
	}
	return errors.New("want csv, tsv or npy")
}
