// Package lab is a researcher's own program in ten lines: the commands embed, sweep and compare, with parts and methods
// of one's own beside those that are built in.
//
//	package main
//
//	func main() {
//		heavy := affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Sqrt().Neg() })
//		m := models.TSNE()
//		m.Out = heavy
//		lab.Main(
//			lab.Part{Name: "heavy", Version: "1", Of: heavy},
//			lab.Method{Name: "heavy-tsne", Title: "t-SNE, heavy", Of: m},
//		)
//	}
//
//	go run . embed -in points.csv -method heavy-tsne
//	go run . embed -in points.csv -method umap -affinity-out 'odds(heavy)'
//	go run . sweep -grid grid.json
//	go run . compare runs/*
//
// Flags, help, files of a sweep and the configs of kept runs know the names. The version of a part goes into them: a
// part that has changed has another version, and what was kept with the old one is neither taken for its own nor read
// in its place.
package lab

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"affmatch/experiments/command"
	"affmatch/experiments/command/compare"
	"affmatch/experiments/command/embed"
	"affmatch/experiments/command/sweep"
	"affmatch/experiments/spec"
	"affmatch/internal/team"
	"affmatch/internal/typo"
)

// Own is a Part or a Method.
type Own interface{ register() error }

// Part is a kernel, a loss, a metric, an input affinity or any other part of a method. A struct of a type of one's own
// has flags for its fields.
type Part struct {
	Name    string // letters, digits and hyphens
	Version string // to be changed with the part, or a hash of its source
	Of      any
}

// Method is a whole method.
type Method struct {
	Name  string // small letters, digits and hyphens
	Title string // as in a figure; empty: the name
	Of    spec.Model
}

func (p Part) register() error { return spec.Register(p.Name, p.Version, p.Of) }

func (m Method) register() error {
	if m.Title == "" {
		m.Title = m.Name
	}
	return spec.RegisterMethod(m.Name, m.Title, m.Of)
}

// commands are those that a program has.
var commands = map[string]command.Run{"embed": embed.Run, "sweep": sweep.Run, "compare": compare.Run}

// Main is the program's main: it runs the command that the first argument names, with the parts and methods in the
// order in which they are given, and ends the process. What is wrong with one of them is said before anything else.
func Main(own ...Own) { command.MainTogether("lab", program(own)) }

func program(own []Own) command.Run {
	return func(ctx context.Context, args []string, stdout, stderr io.Writer) error {
		for _, o := range own {
			if err := o.register(); err != nil {
				return command.AsUsage(err)
			}
		}
		names := []string{"embed", "sweep", "compare"}
		switch {
		case len(args) == 0 || slices.Contains([]string{"-h", "-help", "--help", "help"}, args[0]):
			const usage = "usage: COMMAND [flags]\nRuns a command with parts of one's own: %s. COMMAND -h lists its flags.\n"
			fmt.Fprintf(stdout, usage, strings.Join(names, ", "))
			for _, o := range own {
				switch o := o.(type) {
				case Part:
					fmt.Fprintf(stdout, "  part %s, version %s\n", o.Name, o.Version)
				case Method:
					fmt.Fprintf(stdout, "  method %s\n", o.Name)
				}
			}
			return nil
		case commands[args[0]] == nil:
			return command.Usage("no command %q%s: want one of %s", args[0], typo.Hint(args[0], names), strings.Join(names, ", "))
		}
		if args[0] != "embed" && team.From(ctx) != nil {
			return command.Usage("%s: started as one of several processes (MPI), want one alone: they share the work of embed only", args[0])
		}
		return commands[args[0]](ctx, args[1:], stdout, stderr)
	}
}
