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
)

// TestREADMETableEqualsTheValues holds the README's table of methods to the presets.
func TestREADMETableEqualsTheValues(t *testing.T) {
	sampled := func(m SampledNeighborEmbedding) []string {
		return []string{partName(m.In), partName(m.Out), partName(m.Attraction), partName(m.Repulsion) + ", " + partName(m.Against)}
	}
	matcher := func(m AffinityMatcher) []string {
		return []string{partName(m.In), partName(m.Out), partName(m.Loss), ""}
	}
	want := map[string][]string{
		"UMAP()": sampled(UMAP()), "UMAPLearn()": sampled(UMAPLearn()), "UMAPLocal()": sampled(UMAPLocal()),
		"TSNE()": sampled(TSNE()), "SNE()": sampled(SNE()), "SNEMatcher()": matcher(SNEMatcher()),
	}
	rows := regexp.MustCompile("(?m)^\\| `([A-Za-z]+\\(\\))` \\|(.*)\\|$").FindAllStringSubmatch(readme(t), -1)
	if len(rows) != len(want) {
		t.Errorf("README lists %d methods, want %d", len(rows), len(want))
	}
	for _, r := range rows {
		var cells []string
		for _, c := range strings.Split(r[2], "|") {
			cells = append(cells, strings.TrimSpace(c))
		}
		if !reflect.DeepEqual(cells, want[r[1]]) {
			t.Errorf("README: %s is %q, the value is %q", r[1], cells, want[r[1]])
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
	if len(blocks) != 2 {
		t.Fatalf("README has %d Go blocks, want a program and parts of one's own", len(blocks))
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
}

func goRun(t *testing.T, program string) (string, error) {
	dir, err := os.MkdirTemp(".", "testdata-readme-") // inside the module, so that its imports resolve
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "main.go")
	if err := os.WriteFile(file, []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command("go", "run", file).CombinedOutput()
	return string(out), err
}
