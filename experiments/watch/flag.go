package watch

import (
	"flag"
	"fmt"
	"io"
)

// Flag is a command's -watch, or -watch=ADDRESS.
type Flag struct{ address string }

// Define adds the flag.
func (w *Flag) Define(f *flag.FlagSet) {
	w.DefineAs(f, "show the fit under way on a page of this machine: losses, the embedding as it moves, scores")
}

// DefineAs is Define of a command that shows something else.
func (w *Flag) DefineAs(f *flag.FlagSet, what string) {
	f.Var(w, "watch", what+"; -watch=127.0.0.1:8080 for a port of one's own")
}

// String and Set make it a flag that may stand alone.
func (w *Flag) String() string { return "" }

// IsBoolFlag says so.
func (w *Flag) IsBoolFlag() bool { return true }

// Set reads the address.
func (w *Flag) Set(text string) error {
	switch text {
	case "true":
		text = "127.0.0.1:0"
	case "false":
		text = ""
	}
	w.address = text
	return nil
}

// Start opens the page, and says where it is; nil without the flag.
func (w *Flag) Start(stderr io.Writer) (*Server, error) {
	if w.address == "" {
		return nil, nil
	}
	s, err := Listen(w.address)
	if err == nil {
		fmt.Fprintf(stderr, "watch the fit at %s\n", s.URL())
	}
	return s, err
}
