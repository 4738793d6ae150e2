package embed

import (
	"fmt"
	"slices"
	"strings"

	"affmatch/experiments/runs"
	"affmatch/internal/typo"
)

// scorings are the values of -scores.
var scorings = map[string]runs.Scoring{"usual": runs.Usual, "exact": runs.Exact, "none": runs.Unscored}

func (o *options) setScores(text string) error {
	if _, known := scorings[text]; !known {
		return fmt.Errorf("want usual, exact or none%s", typo.Hint(text, []string{"usual", "exact", "none"}))
	}
	o.scores = text
	return nil
}

func (o *options) scoring() runs.Scoring { return scorings[o.scores] }

// figures are the names of those asked for; nil: all.
type figures []string

var allFigures = figures{"embedding", "loss", "map"}

func (f figures) has(name string) bool { return f == nil || slices.Contains(f, name) }

// String and Set make it a flag.
func (f *figures) String() string { return "" }

// Set reads the names.
func (f *figures) Set(text string) error {
	*f = figures{}
	if text == "none" {
		return nil
	}
	for name := range strings.SplitSeq(text, ",") {
		if !slices.Contains(allFigures, name) {
			const want = "%q%s: want some of %s with commas between them, or none"
			return fmt.Errorf(want, name, typo.Hint(name, allFigures), strings.Join(allFigures, ", "))
		}
		*f = append(*f, name)
	}
	return nil
}
