package typo

import "testing"

func TestHintFindsTheNameThatWasMeant(t *testing.T) {
	known := []string{"neighbors", "negatives", "min-dist", "perplexity", "lr", "seed", "EntropicAffinity"}
	for given, want := range map[string]string{
		"neighbours":      " (did you mean neighbors?)",
		"min_dist":        " (did you mean min-dist?)",
		"mindist":         " (did you mean min-dist?)",
		"perplexty":       " (did you mean perplexity?)",
		"rl":              " (did you mean lr?)",
		"sede":            " (did you mean seed?)",
		"entropic":        " (did you mean EntropicAffinity?)",
		"EntropcAffinity": " (did you mean EntropicAffinity?)",
		"colour":          "",
		"":                "",
	} {
		if got := Hint(given, known); got != want {
			t.Errorf("Hint(%q) = %q, want %q", given, got, want)
		}
	}
}

func TestDistanceCountsEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "ab", 2}, {"ab", "ba", 1}, {"kitten", "sitting", 3}, {"abc", "abc", 0}, {"abcd", "acbd", 1}} {
		if got := distance(c.a, c.b); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.a, c.b, got, c.want)
		}
		if got := distance(c.b, c.a); got != c.want {
			t.Errorf("distance(%q, %q) = %d, want %d", c.b, c.a, got, c.want)
		}
	}
}
