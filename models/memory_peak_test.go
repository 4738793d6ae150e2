package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
)

// peak is what one fit took, in a process of its own: the estimate, and by how much the resident memory rose at most.
type peak struct {
	Estimate, Resident int64
	Stages             string
}

const peakEnv = "AFFMATCH_PEAK" // "UMAP 10000 50 3": preset, points, columns, steps

func presetNamed(name string) (method, func(n, columns int) (Estimate, error)) {
	switch name {
	case "UMAP":
		m := UMAP()
		return m, m.Memory
	case "UMAPLearn":
		m := UMAPLearn()
		return m, m.Memory
	case "UMAPLocal":
		m := UMAPLocal()
		return m, m.Memory
	case "TSNE":
		m := TSNE()
		return m, m.Memory
	case "SNE":
		m := SNE()
		return m, m.Memory
	}
	m := SNEMatcher()
	return m, m.Memory
}

func stopAfter(m method, steps int) method {
	switch m := m.(type) {
	case SampledNeighborEmbedding:
		m.Steps = steps
		return m
	case AffinityMatcher:
		m.Steps = steps
		return m
	}
	return m
}

// TestMain is a fit of one preset where the environment asks for that, and the tests else.
func TestMain(m *testing.M) {
	spec := strings.Fields(os.Getenv(peakEnv))
	if len(spec) != 4 {
		os.Exit(m.Run())
	}
	var sizes [3]int
	for k := range sizes {
		sizes[k], _ = strconv.Atoi(spec[k+1])
	}
	if err := fitAndReport(spec[0], sizes[0], sizes[1], sizes[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func fitAndReport(name string, n, columns, steps int) error {
	x := cloudOf(n, columns)
	m, memory := presetNamed(name)
	e, err := memory(n, columns)
	if err != nil {
		return err
	}
	runtime.GC()
	debug.FreeOSMemory()
	before := resident("VmRSS:")
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0); err != nil { // VmHWM begins anew
		return err
	}
	if _, err := stopAfter(m, steps).Fit(background, x); err != nil {
		return err
	}
	want := e.Resident()
	return json.NewEncoder(os.Stdout).Encode(peak{want, resident("VmHWM:") - before, e.String()})
}

// resident is a line of the process's status in bytes; 0 where the system has none.
func resident(line string) int64 {
	text, _ := os.ReadFile("/proc/self/status")
	for l := range strings.Lines(string(text)) {
		if f := strings.Fields(l); len(f) > 1 && f[0] == line {
			kB, _ := strconv.ParseInt(f[1], 10, 64)
			return kB << 10
		}
	}
	return 0
}

func peakOf(t *testing.T, name string, n, columns, steps int) peak {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%s %d %d %d", peakEnv, name, n, columns, steps))
	var wrong bytes.Buffer
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	var p peak
	if err == nil {
		err = json.Unmarshal(out, &p)
	}
	if err != nil {
		t.Fatalf("%s, %d x %d: %v: %s", name, n, columns, err, wrong.String())
	}
	return p
}

// TestAFitTakesWhatItsEstimateSays: the resident memory of a process, garbage and all, is at most 1.25 times the estimate.
// The least size that is looked at is one beside which the runtime's own few MB are little.
func TestAFitTakesWhatItsEstimateSays(t *testing.T) {
	if resident("VmHWM:") == 0 {
		t.Skip("no /proc/self/status")
	}
	if raced {
		t.Skip("the race detector takes memory too")
	}
	sizes := map[string][]int{"UMAPLearn": {10_000}, "TSNE": {10_000}}
	if os.Getenv("AFFMATCH_LONG") != "" {
		sizes = map[string][]int{
			"UMAP": {10_000, 50_000, 200_000}, "UMAPLearn": {10_000, 50_000, 200_000}, "UMAPLocal": {10_000, 50_000, 200_000},
			"TSNE": {10_000, 50_000}, "SNE": {10_000, 50_000}, "SNEMatcher": {10_000},
		}
	}
	for name, all := range sizes {
		for _, n := range all {
			p := peakOf(t, name, n, 50, 3)
			ratio := float64(p.Resident) / float64(p.Estimate)
			t.Logf("%-10s %7d x 50: estimate %9s, resident %9s, ratio %.2f", name, n, size(p.Estimate), size(p.Resident), ratio)
			if ratio > 1.25 {
				t.Errorf("%s, %d x 50: resident %s, estimate %s\n%s", name, n, size(p.Resident), size(p.Estimate), p.Stages)
			}
		}
	}
}
