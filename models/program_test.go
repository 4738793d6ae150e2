package models

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/loss"

	G "gorgonia.org/gorgonia"
)

func TestProgramShowsGraphListingAndCause(t *testing.T) {
	m := on(UMAP(), 100)
	m.Engine = Fused{}
	m.Repulsion = loss.Func(func(_, logQ *G.Node) *G.Node { // a slice does not fuse
		return G.Must(G.Add(G.Must(G.Sum(G.Must(G.Exp(logQ)))), G.Must(G.Sum(G.Must(G.Slice(logQ, G.S(0, 10)))))))
	})
	r, err := m.Start(context.Background(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it holds memory only
	p := r.Program()
	for _, c := range []struct{ what, in, want string }{
		{"graph", p.Graph, `label="Z\n(100, 2)", shape=box`},
		{"graph", p.Graph, `label="Distance(Edges, ends 0 and 1)\n(3000)"`},
		{"graph", p.Graph, "style=bold"},
		{"listing", p.Listing, "pass over Edges"},
		{"listing", p.Listing, "table 0 of tail 0, column 1"},
		{"listing", p.Listing, "(log v"},
		{"unfused", p.Unfused, "operation T[0:10:1...]"},
		{"unfused", p.Unfused, "one entry a pair of Uniform (1000)"},
	} {
		if !strings.Contains(c.in, c.want) {
			t.Errorf("%s lacks %q:\n%s", c.what, c.want, c.in)
		}
	}
	if again := r.Program(); again != p {
		t.Error("the same run shows another program")
	}
	if dot, err := exec.LookPath("dot"); err == nil {
		file := filepath.Join(t.TempDir(), "graph.dot")
		if err := os.WriteFile(file, []byte(p.Graph), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(dot, "-Tsvg", "-o", os.DevNull, file).CombinedOutput(); err != nil { //nolint:gosec // the path of a tool, found
			t.Errorf("dot: %v: %s", err, out)
		}
	}

	m.Engine = Tape{}
	if r, err = m.Start(context.Background(), nil); err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it holds memory only
	if p := r.Program(); p.Graph == "" || p.Listing != "" || p.Unfused != "" {
		t.Errorf("on the TapeMachine: %+v, want a graph alone", p)
	}
}

func TestPresetsFuseWhole(t *testing.T) {
	for name, m := range map[string]SampledNeighborEmbedding{"UMAP": UMAP(), "UMAPLearn": UMAPLearn(), "UMAPLocal": UMAPLocal(), "TSNE": TSNE(), "SNE": SNE(), "own": ownMethod()} {
		r, err := on(m, 50).Start(context.Background(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if u := r.Program().Unfused; u != "" {
			t.Errorf("%s: %s", name, u)
		}
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestAllPairsOfSymmetricWeightsAreRecognized: half of the work of a pull over all pairs.
func TestAllPairsOfSymmetricWeightsAreRecognized(t *testing.T) {
	for _, double := range []bool{false, true} {
		m := TSNE()
		m.Engine = Fused{Float64: double}
		r, err := m.Start(background, clusters(150, 5))
		if err != nil {
			t.Fatal(err)
		}
		_, all, _ := strings.Cut(r.Program().Listing, "pass over All")
		if all, _, _ = strings.Cut(all, "array"); !strings.Contains(all, "symmetric") {
			t.Errorf("float64 %v: no symmetric pull in\n%s", double, all)
		}
	}
}
