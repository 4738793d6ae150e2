package models

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"affmatch/affinity"

	G "gorgonia.org/gorgonia"
)

// TestPresetsCompileToShortPrograms holds the identities of the compiler to what they are for: UMAP through Odds, value
// and gradient of both terms, in two passes with a logarithm and an exponential each; exact t-SNE in one pass over all pairs, SNE
// in two. Instructions are single operations on lanes: an exponential is 14, a logarithm 19.
func TestPresetsCompileToShortPrograms(t *testing.T) {
	log1p := TSNE()
	log1p.Out = affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Neg(G.Must(G.Log1p(c)))) })
	for _, c := range []struct {
		name       string
		model      SampledNeighborEmbedding
		passes, at int
	}{
		{name: "UMAP", model: UMAP(), passes: 2, at: 130},
		{name: "t-SNE", model: TSNE(), passes: 2, at: 45},
		{name: "t-SNE of log1p", model: log1p, passes: 2, at: 45},
		{name: "t-SNE in three dimensions", model: in(TSNE(), 100, 3), passes: 2, at: 52},
		{name: "SNE", model: SNE(), passes: 3, at: 64},
		{name: "own", model: ownMethod(), passes: 2, at: 175},
	} {
		r, err := in(c.model, 100, max(2, c.model.Dim)).Start(context.Background(), nil)
		if err != nil {
			t.Fatal(c.name, err)
		}
		p := r.Program()
		passes := strings.Count(p.Listing, "pass over")
		instructions := 0
		for _, m := range regexp.MustCompile(`(\d+) instructions`).FindAllStringSubmatch(p.Listing, -1) {
			n, err := strconv.Atoi(m[1])
			if err != nil {
				t.Fatal(err)
			}
			instructions += n
		}
		if passes != c.passes || instructions > c.at || instructions == 0 || p.Unfused != "" {
			t.Errorf("%s: %d passes and %d instructions, want %d and at most %d; not fused: %q\n%s", c.name, passes, instructions, c.passes, c.at, p.Unfused, p.Listing)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}
