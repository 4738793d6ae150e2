package embed

import (
	"encoding/json"
	"strings"
	"testing"
)

// TestAPlanIsATableOrJSON, without data.
func TestAPlanIsATableOrJSON(t *testing.T) {
	args := []string{"-plan", "20000x50", "-method", "umap", "-neighbors", "15", "-ranks", "1,4"}
	code, stdout, stderr := embed(t.Context(), args...)
	if code != 0 || !strings.HasPrefix(stdout, "umap of 20000 x 50\n") || strings.Count(stdout, "\n        4 ") != 2 {
		t.Errorf("%s%s", stdout, stderr)
	}
	code, stdout, stderr = embed(t.Context(), append(args,
		"-format", "json", "-bandwidth", "10", "-latency", "2", "-cores", "4")...)
	var said struct {
		Rows, Cores        int
		Bandwidth, Latency float64
		Ranks              []struct {
			Ranks        int
			Today, Split struct{ X, Search, P, Steps, Peak int64 }
			Step         struct{ Divided, Own, Exchange, Seconds float64 }
		}
	}
	if err := json.Unmarshal([]byte(stdout), &said); code != 0 || err != nil {
		t.Fatalf("%v\n%s%s", err, stdout, stderr)
	}
	if said.Rows != 20000 || said.Cores != 4 || said.Bandwidth != 1e10 || said.Latency != 2e-6 || len(said.Ranks) != 2 ||
		said.Ranks[1].Ranks != 4 || said.Ranks[1].Split.X != 1_000_000 || said.Ranks[1].Step.Exchange <= 0 {
		t.Errorf("%+v", said)
	}
}

// TestMistakesOfAPlanAreSaid with what was wanted.
func TestMistakesOfAPlanAreSaid(t *testing.T) {
	for line, want := range map[string]string{
		"-plan 1000000":                          "want rows and columns, as in 1000000x50",
		"-plan 10x5 -ranks 1,two":                "want numbers of at least 1",
		"-ranks 1,2 -in digits":                  "-ranks: want -plan beside it",
		"-plan 1000x5 -in digits":                "-plan and -in: want none",
		"-plan 1000x5 -out here":                 "-plan and -out: want none",
		"-plan 1000x5 -format csv":               "-format csv: want csv, tsv or npy with -out -, or json with -plan",
		"-in digits -out - -format json":         "-format json: want csv, tsv or npy with -out -, or json with -plan",
		"-plan 1000x5 -method pca":               "pca is computed at once",
		"-plan 1000x5 -method umpa":              "did you mean umap?",
		"-plan 1000x5 -bandwidth 0":              "plan: bandwidth = 0, want a positive number",
		"-plan 10x5 -method umap":                "Neighbors = 30",
		"-plan 1000x5 -bandwith 2":               "did you mean -bandwidth?",
		"-plan 10000000000x5":                    "plan: data = 10000000000 x 5",
		"-plan 1000x5 -method umap -encoder mlp": "plan: encoder",
	} {
		if code, _, stderr := embed(t.Context(), strings.Fields(line)...); code == 0 || !strings.Contains(stderr, want) {
			t.Errorf("%s: %d: %s", line, code, stderr)
		}
	}
}
