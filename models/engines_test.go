package models

import (
	"fmt"
	"testing"
)

// engines are the machines that every golden test and every test of a fit's behavior runs on.
var engines = []Engine{Tape{}, Fused{Float64: true}}

// onEachEngine runs a test once for each of engines.
func onEachEngine(t *testing.T, test func(t *testing.T, e Engine)) {
	t.Helper()
	for _, e := range engines {
		t.Run(fmt.Sprintf("%T", e), func(t *testing.T) { test(t, e) })
	}
}
