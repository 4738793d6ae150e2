// Package command is what the experiments' commands have in common: how they end, and how they answer wrong flags.
//
//	exit code 0    done
//	          1    failed: one line on standard error says why
//	          2    wrong use: one line says what was wrong, and what was probably meant
//	          130  interrupted (Ctrl-C): what was reached is kept. A second Ctrl-C ends at once
package command

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

	"affmatch/internal/mpi"
	"affmatch/internal/typo"
)

// ErrUsage is in the error of a wrong use.
var ErrUsage = errors.New("wrong use")

// Usage is an error of wrong use.
func Usage(format string, a ...any) error { return usage{fmt.Errorf(format, a...)} }

// AsUsage makes an error one of wrong use; nil stays nil.
func AsUsage(err error) error {
	if err == nil {
		return nil
	}
	return usage{err}
}

type usage struct{ error }

func (u usage) Is(target error) bool { return target == ErrUsage }
func (u usage) Unwrap() error        { return u.error }

// Run is a command: it reads its arguments, writes to stdout and stderr, and stops when the context ends.
type Run func(ctx context.Context, args []string, stdout, stderr io.Writer) error

// Main runs a command for a process and exits. Processes of MPI would all do the same: they are refused.
func Main(name string, run Run) {
	n, err := mpi.Launched()
	if err == nil && n > 1 {
		err = Usage("started as one of %d processes (MPI), want one alone", n)
	}
	if err != nil {
		os.Exit(End(name, err, os.Stderr))
	}
	os.Exit(Call(interruptible(), name, run, os.Args[1:], os.Stdout, os.Stderr))
}

func interruptible() context.Context {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // the second signal kills
	return ctx
}

// Call runs a command and gives its exit code. One whose output could not be written has failed.
func Call(ctx context.Context, name string, run Run, args []string, stdout, stderr io.Writer) int {
	out := &Checked{W: stdout}
	err := run(ctx, args, out, stderr)
	if out.Err != nil {
		err = errors.Join(err, fmt.Errorf("standard output: %w", out.Err))
	}
	return End(name, err, stderr)
}

// Checked is a writer that remembers its first error, for those who write on without looking.
type Checked struct {
	W   io.Writer
	Err error
}

// Write writes to W.
func (c *Checked) Write(b []byte) (int, error) {
	n, err := c.W.Write(b)
	if c.Err == nil {
		c.Err = err
	}
	return n, err
}

// End says on stderr how a command ended, and gives its exit code.
func End(name string, err error, stderr io.Writer) int {
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return 0
	}
	line := strings.ReplaceAll(err.Error(), "\n", "; ")
	switch {
	case errors.Is(err, ErrUsage):
		fmt.Fprintf(stderr, "%s: %s (%s -h lists flags)\n", name, line, name)
		return 2
	case errors.Is(err, context.Canceled):
		fmt.Fprintf(stderr, "%s: interrupted: %s\n", name, line)
		return 130
	}
	fmt.Fprintf(stderr, "%s: %s\n", name, line)
	return 1
}

// ParseOrHelp is Parse of a command that prints its flags, under what it does, where it is asked for help; the error is
// flag.ErrHelp then.
func ParseOrHelp(f *flag.FlagSet, args []string, stdout io.Writer, usage, does string) error {
	return helped(Parse(f, args), f, stdout, usage, does)
}

// ParseAround is ParseOrHelp of a command that takes other words too: before, between and behind its flags.
func ParseAround(f *flag.FlagSet, args []string, stdout io.Writer, usage, does string) (words []string, err error) {
	for {
		if err := helped(parse(f, args), f, stdout, usage, does); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return words, nil
		}
		words, args = append(words, f.Arg(0)), f.Args()[1:]
	}
}

func helped(err error, f *flag.FlagSet, stdout io.Writer, usage, does string) error {
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprintf(stdout, "usage: %s\n%s\n\n", usage, does)
		f.SetOutput(stdout)
		f.PrintDefaults()
	}
	return err
}

// Parse reads flags, and nothing but flags. Its errors are those of wrong use, in one line, with the flag that was
// probably meant. Help is flag.ErrHelp, and the caller's to print.
func Parse(f *flag.FlagSet, args []string) error {
	if err := parse(f, args); err != nil {
		return err
	}
	if f.NArg() > 0 {
		return Usage("%q: want flags only", f.Arg(0))
	}
	return nil
}

// parse reads flags up to the first word that is none.
func parse(f *flag.FlagSet, args []string) error {
	f.SetOutput(io.Discard)
	f.Usage = func() {}
	err := f.Parse(args)
	if err == nil || errors.Is(err, flag.ErrHelp) {
		return err
	}
	if name, unknown := strings.CutPrefix(err.Error(), "flag provided but not defined: -"); unknown {
		var names []string
		f.VisitAll(func(known *flag.Flag) { names = append(names, known.Name) })
		return Usage("unknown flag -%s%s", name, dashed(typo.Hint(name, names)))
	}
	return AsUsage(err)
}

// dashed writes the name in a hint as a flag.
func dashed(hint string) string { return strings.Replace(hint, "mean ", "mean -", 1) }
