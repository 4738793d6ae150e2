package models

import (
	"context"
	"errors"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// unsized is a P that works, and whose estimate does not.
type unsized struct{ affinity.UMAPAffinityIn }

var errUnsized = errors.New("nobody knows")

func (unsized) Memory(int, int) (affinity.Memory, error) { return affinity.Memory{}, errUnsized }

// TestALimitThatCannotBeHeldIsAnError: a limit that was asked for is not passed over because nobody knows what a part takes.
func TestALimitThatCannotBeHeldIsAnError(t *testing.T) {
	m := UMAP()
	m.In, m.Steps = unsized{affinity.UMAPAffinityIn{Neighbors: 5}}, 1
	x := mat.NewDense(20, 2, nil)
	for i := range 20 {
		x.Set(i, 0, float64(i*i))
	}
	if _, err := m.Fit(context.Background(), x); err != nil {
		t.Errorf("without a limit: %v", err)
	}
	m.MemoryLimit = 1 << 40
	if _, err := m.Fit(context.Background(), x); !errors.Is(err, errUnsized) {
		t.Errorf("with a limit: %v, want %v", err, errUnsized)
	}
}
