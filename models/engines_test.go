package models

import (
	"fmt"
	"os"
	"testing"
)

// engines are the machines that every golden test and every test of a fit's behavior runs on.
var engines = []Engine{Tape{}, Fused{Float64: true}}

// onEachEngine runs a test once for each of engines.
func onEachEngine(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Helper()
	onThese(t, engines, test)
}

// onDemoEngines is onEachEngine for fits of the demo's 1,047 cells, which take the tape machine minutes: that one has its
// turn with AFFMATCH_LONG (bash .ci/long demos), and on less data in all other golden tests.
func onDemoEngines(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Helper()
	if os.Getenv("AFFMATCH_LONG") == "" {
		onThese(t, engines[1:], test)
	} else {
		onThese(t, engines, test)
	}
}

func onThese(t *testing.T, engines []Engine, test func(t *testing.T, e Engine)) {
	t.Helper()
	for _, e := range engines {
		t.Run(fmt.Sprintf("%T", e), func(t *testing.T) { test(t, e) })
	}
}

// goldenEngines are the machines that losses and gradients at one Z are held to the reference on, with their tolerances, in
// parts of the largest entry. Float32 has 24 bits: a relative 6e-8 an operation, some twenty of them in a pair's value, and
// differences of coordinates that lose what the coordinates are larger than them, together 1e-5; sums are float64.
var goldenEngines = []struct {
	Engine
	tolerance float64
}{{Tape{}, 1e-10}, {Fused{Float64: true}, 1e-10}, {Fused{}, 1e-5}}
