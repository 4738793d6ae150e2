package command

import (
	"flag"
	"fmt"
	"slices"
	"strings"

	"affmatch/internal/typo"
)

// Some is a flag that chooses some of several names: with commas between them, or none. Without it all are chosen.
type Some struct {
	of     []string
	chosen []string
}

// Define adds the flag.
func (s *Some) Define(f *flag.FlagSet, name, usage string, of ...string) {
	*s = Some{of, of}
	f.Var(s, name, usage)
}

// Has says whether a name was chosen.
func (s *Some) Has(name string) bool { return slices.Contains(s.chosen, name) }

// Chosen are the names; nil: none.
func (s *Some) Chosen() []string { return s.chosen }

// String and Set make it a flag.
func (s *Some) String() string { return "" }

// Set reads the names.
func (s *Some) Set(text string) error {
	s.chosen = nil
	if text == "none" {
		return nil
	}
	for name := range strings.SplitSeq(text, ",") {
		if !slices.Contains(s.of, name) {
			const want = "%q%s: want some of %s with commas between them, or none"
			return fmt.Errorf(want, name, typo.Hint(name, s.of), strings.Join(s.of, ", "))
		}
		s.chosen = append(s.chosen, name)
	}
	return nil
}
