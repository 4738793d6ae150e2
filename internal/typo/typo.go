package typo

import (
	"fmt"
	"slices"
	"strings"
)

// Hint is " (did you mean NAME?)" with the known name nearest to the given one, or "" where none is near: it differs in
// at most a third of its letters (insertions, deletions, substitutions, swaps of neighbors; case and hyphens do not
// count), or one name begins with the other; or it is what another package calls it.
func Hint(given string, known []string) string {
	if here, ok := elsewhere[plain(given)]; ok && slices.Contains(known, here) {
		return fmt.Sprintf(" (did you mean %s?)", here)
	}
	best, least := "", 1<<30
	for _, k := range known {
		a, b := plain(given), plain(k)
		d := distance(a, b)
		switch {
		case d <= max(1, max(len(a), len(b))/3):
		case len(a) >= 3 && len(b) >= 3 && (strings.HasPrefix(b, a) || strings.HasPrefix(a, b)):
		default:
			continue
		}
		if d < least {
			best, least = k, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf(" (did you mean %s?)", best)
}

func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r == '-' || r == '_' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(name))
}

// distance is the number of edits between a and b (optimal string alignment).
func distance(a, b string) int {
	row := func() []int { return make([]int, len(b)+1) }
	before, last, next := row(), row(), row()
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		next[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			next[j+1] = min(last[j]+cost, last[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, last, next = last, next, before
	}
	return last[len(b)]
}
