package spec

import (
	"slices"
	"strings"
)

// Setting is a parameter with the text that it is to be set to.
type Setting struct{ Name, Text string }

// Apply sets several parameters: whole parts first, then parts within them, then numbers, whatever the order in which
// they come; of equals, the later one holds.
func Apply(m Model, settings []Setting) (Model, error) {
	ordered := slices.Clone(settings)
	known := known()
	rank := func(s Setting) int {
		i := slices.IndexFunc(known, func(p Parameter) bool { return p.Name == s.Name })
		switch {
		case i < 0 || known[i].Choices == nil:
			return 2
		case slices.ContainsFunc(strings.Split(known[i].Owner, ", "), func(owner string) bool { return !slices.Contains(wholes, owner) }):
			return 1
		}
		return 0
	}
	slices.SortStableFunc(ordered, func(a, b Setting) int { return rank(a) - rank(b) })
	var err error
	for _, s := range ordered {
		if m, err = Set(m, s.Name, s.Text); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// wholes are the types whose fields are whole parts.
var wholes = []string{"SampledNeighborEmbedding", "AffinityMatcher", "Problem", "ClosedForm", "PairTerm", "Descent", "Phase"}
