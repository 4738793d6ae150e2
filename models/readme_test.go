package models

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"
)

// everyValue are the presets, in the order of the tables.
var everyValue = []struct {
	name, command string
	of            any
}{
	{"UMAP()", "umap", UMAP()},
	{"UMAPLearn()", "umap-learn", UMAPLearn()},
	{"UMAPLocal()", "umap-local", UMAPLocal()},
	{"UMAPSupervised()", "umap-supervised", UMAPSupervised()},
	{"DensMAP()", "dens-map", DensMAP()},
	{"TSNE()", "tsne", TSNE()},
	{"SNE()", "sne", SNE()},
	{"SNEMatcher()", "sne-matcher", SNEMatcher()},
	{"SymmetricSNE()", "symmetric-sne", SymmetricSNE()},
	{"TSNEkhorn()", "tsnekhorn", TSNEkhorn()},
	{"SNEkhorn()", "snekhorn", SNEkhorn()},
	{"COSNE()", "cosne", COSNE()},
	{"InfoTSNE()", "info-tsne", InfoTSNE()},
	{"NOMAD()", "nomad", NOMAD()},
	{"NegTSNE()", "neg-tsne", NegTSNE()},
	{"NCVis()", "nc-vis", NCVis()},
	{"LargeVis()", "large-vis", LargeVis()},
	{"PaCMAP()", "pacmap", PaCMAP()},
	{"LocalMAP()", "local-map", LocalMAP()},
	{"TriMap()", "trimap", TriMap()},
	{"PHATE()", "phate", PHATE()},
	{"MDS()", "mds", MDS()},
	{"Sammon()", "sammon", Sammon()},
	{"ElasticEmbedding()", "elastic-embedding", ElasticEmbedding()},
	{"NeRV()", "nerv", NeRV()},
	{"LaplacianEigenmaps()", "laplacian-eigenmaps", LaplacianEigenmaps()},
	{"DiffusionMap()", "diffusion-map", DiffusionMap()},
	{"PrincipalComponents()", "pca", PrincipalComponents()},
	{"IncrementalComponents()", "incremental-pca", IncrementalComponents()},
	{"KernelComponents()", "kernel-pca", KernelComponents()},
	{"ClassicalScaling()", "classical-mds", ClassicalScaling()},
	{"Geodesics()", "isomap", Geodesics()},
}

// cells are a method in words: P, Q, losses, the pairs that they are on, and what descends.
func cells(m any) []string {
	switch m := m.(type) {
	case SampledNeighborEmbedding:
		losses, sets := []string{partName(m.Attraction), partName(m.Repulsion)}, []string{"Edges", partName(m.Against)}
		if m.Extra != nil {
			losses, sets = append(losses, partName(m.Extra)), append(sets, "")
		}
		q := partName(m.Out)
		if m.Metric != nil {
			q += " of " + partName(m.Metric)
		}
		return []string{partName(m.In), q, strings.Join(losses, ", "), strings.TrimSuffix(strings.Join(sets, ", "), ", "), partName(m.Optimizer)}
	case AffinityMatcher:
		return []string{partName(m.In), partName(m.Out), partName(m.Loss), "Edges", partName(m.Optimizer)}
	case ClosedForm:
		p := ""
		if m.In != nil {
			p = partName(m.In)
		}
		return []string{p, "", "", "", "in closed form: " + partName(m.Map)}
	case Problem:
		q, losses, sets := "", []string{}, []string{}
		terms, ok := m.Objective.(Terms)
		if !ok {
			terms = Terms{m.Objective}
		}
		for _, o := range terms {
			switch o := o.(type) {
			case PairTerm:
				q, losses, sets = partName(o.Out), append(losses, partName(o.Loss)), append(sets, partName(o.Set))
			case TripletTerm:
				q, losses, sets = partName(o.Out), append(losses, partName(o)), append(sets, partName(o.Set))
			case InfoNCE:
				q, losses, sets = partName(o.Out), append(losses, partName(o)), append(sets, "Edges", partName(o.Against))
			case MeanField:
				q, losses, sets = partName(o.Out), append(losses, partName(o)), append(sets, "Edges", "own cell, other means")
			}
		}
		return []string{partName(m.In), q, strings.Join(losses, ", "), strings.Join(sets, ", "), partName(m.Optimizer)}
	}
	return nil
}

// TestREADMETableEqualsTheValues holds the README's table of methods to the presets, and wants a source of each.
func TestREADMETableEqualsTheValues(t *testing.T) {
	rows := regexp.MustCompile("(?m)^\\| `([A-Za-z]+\\(\\))` \\| `([a-z-]+)` \\|(.*)\\|$").FindAllStringSubmatch(readme(t), -1)
	if len(rows) != len(everyValue) {
		t.Errorf("README lists %d methods, want %d", len(rows), len(everyValue))
	}
	for k, v := range everyValue {
		want := cells(v.of)
		if k >= len(rows) {
			t.Errorf("README lacks | `%s` | `%s` | %s |", v.name, v.command, strings.Join(want, " | "))
			continue
		}
		var got []string
		for _, c := range strings.Split(rows[k][3], "|") {
			got = append(got, strings.TrimSpace(c))
		}
		if rows[k][1] != v.name || rows[k][2] != v.command || len(got) != 6 || !reflect.DeepEqual(got[:5], want) || got[5] == "" {
			t.Errorf("README: %q, want | `%s` | `%s` | %s | and its source", rows[k][0], v.name, v.command, strings.Join(want, " | "))
		}
	}
}

// TestTheDocumentHasEveryPreset with its parts, as the values have them.
func TestTheDocumentHasEveryPreset(t *testing.T) {
	b, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range everyValue {
		c := cells(v.of)
		line := strings.TrimRight(fmt.Sprintf("//\t%-22s %-25s %-25s %s", v.name, c[0], c[1], c[2]), " ")
		if c[1] == "" {
			line = strings.TrimRight(fmt.Sprintf("//\t%-22s %-25s %s", v.name, c[0], c[4]), " ")
		}
		if !strings.Contains(string(b), line+"\n") {
			t.Errorf("doc.go lacks\n%s", line)
		}
	}
}

// partName is the name of a part, with what it is made of.
func partName(v any) string {
	switch v := v.(type) {
	case affinity.Odds:
		return "Odds " + partName(v.Kernel)
	case affinity.Of:
		return "Of " + partName(v.Kernel)
	case affinity.Over:
		return "Over " + partName(v.Kernel)
	case affinity.Sinkhorn:
		return "Sinkhorn " + partName(v.Kernel)
	case affinity.Supervised:
		return "Supervised " + partName(v.In)
	case affinity.OnData:
		return "OnData " + partName(v.Output)
	case affinity.BuiltinMetric:
		return v.String()
	case loss.Times:
		return "Times " + partName(v.Term)
	case optim.Clip:
		return "Clip " + partName(v.Optimizer)
	case affinity.Normalized:
		return "Normalized " + partName(v.Output)
	}
	if s, ok := v.(fmt.Stringer); ok && reflect.TypeOf(v).PkgPath() == "affmatch/loss" {
		return s.String()
	}
	return reflect.TypeOf(v).Name()
}

func readme(t *testing.T) string {
	b, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// TestREADMEProgramsRun compiles and runs the program of the README, and the one in which its own parts take the place of
// built-in ones.
func TestREADMEProgramsRun(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles and runs programs")
	}
	blocks := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(readme(t), -1)
	if len(blocks) != 4 {
		t.Fatalf("README has %d Go blocks, want a program, parts of one's own, commands with them, and new points", len(blocks))
	}
	if out, err := goRun(t, blocks[0][1]); err != nil || !strings.Contains(out, "all steps made") {
		t.Errorf("the README's program: %v\n%s", err, out)
	}
	out, err := goRun(t, `package main

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/loss"
	"affmatch/models"
)

func main() {
	m := models.UMAP()
`+blocks[1][1]+`
	r, err := m.Fit(context.Background(), datasets.Cells(1).X)
	if err != nil {
		panic(err)
	}
	fmt.Println(r.History[0].Loss > 1.5*r.History[len(r.History)-1].Loss)
}
`)
	if err != nil || strings.TrimSpace(out) != "true" {
		t.Errorf("UMAP with the README's own parts: %v, loss falls by a third: %s", err, out)
	}
	grid := filepath.Join(t.TempDir(), "grid.json")
	text := regexp.MustCompile("echo '(.*)' > grid.json").FindStringSubmatch(readme(t))
	if err := os.WriteFile(grid, []byte(text[1]), 0o600); err != nil {
		t.Fatal(err)
	}
	out, err = goRun(t, blocks[2][1], "sweep", "-grid", grid, "-out", filepath.Join(t.TempDir(), "sweep"))
	if err != nil || !strings.Contains(out, "2 fits: 2 done") || !strings.Contains(out, "| cells | umap | rooted | 1 of 1 |") {
		t.Errorf("the README's commands: %v\n%s", err, out)
	}
	out, err = goRun(t, `package main

import (
	"context"
	"fmt"
	"io"

	"affmatch/experiments/datasets"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

func main() {
	ctx, file, all := context.Background(), io.Discard, mat.DenseCopyOf(datasets.Cells(1).X)
	n, p := all.Dims()
	x, fresh := all.Slice(5, n, 0, p), all.Slice(0, 5, 0, p)
`+blocks[3][1]+`
	if err != nil {
		panic(err)
	}
	fmt.Println(z.Dims())
}
`)
	if err != nil || strings.TrimSpace(out) != "5 2" {
		t.Errorf("the README's new points: %v, of the size %s", err, out)
	}
}

func goRun(t *testing.T, program string, args ...string) (string, error) {
	dir, err := os.MkdirTemp(".", "testdata-readme-") // inside the module, so that its imports resolve
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", append([]string{"run", file}, args...)...).CombinedOutput()
	return string(out), err
}
