package affinity

import (
	"slices"
	"testing"

	"affmatch/internal/pairs"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestShiftsArePermutationsWithoutFixedPoints: in each step and place, every point is somebody's other once, never its own.
func TestShiftsArePermutationsWithoutFixedPoints(t *testing.T) {
	for _, n := range []int{2, 3, together, together + 1, 100, 1000} {
		s := newShifts(n, 5)
		for step := range 20 {
			seen := make([][]int, 3)
			for head := range n {
				tail := make([]int32, len(seen))
				s.Sample(step, head, head, [][]int32{tail})
				for k, j := range tail {
					if int(j) == head {
						t.Fatalf("n=%d: %d is its own other", n, head)
					}
					seen[k] = append(seen[k], int(j))
				}
			}
			for k := range seen {
				if slices.Sort(seen[k]); len(slices.Compact(seen[k])) != n {
					t.Fatalf("n=%d, step %d, place %d: not a permutation", n, step, k)
				}
			}
		}
	}
}

// TestEachOtherPointIsAsLikely: of 40,000 draws each of 40 others gets 1,000, with a standard deviation of 31.
func TestEachOtherPointIsAsLikely(t *testing.T) {
	const n, steps, count = 41, 10_000, 4
	s := newShifts(n, 7)
	for _, head := range []int{0, 17, n - 1} {
		drawn := make([]int, n)
		tail := make([]int32, count)
		for step := range steps {
			s.Sample(step, 0, head, [][]int32{tail})
			for _, j := range tail {
				drawn[j]++
			}
		}
		for j, k := range drawn {
			if want := steps * count / (n - 1); j != head && (k < want-155 || k > want+155) {
				t.Errorf("head %d: %d drawn %d times, want about %d", head, j, k, want)
			}
		}
	}
}

// TestDataInTheOrderOfTheirClassesAreMixed: of the points behind those of one tenth of the rows, a tenth is of the same.
func TestDataInTheOrderOfTheirClassesAreMixed(t *testing.T) {
	const n = 10_000
	s := newShifts(n, 3)
	for step := range 50 {
		same := 0
		tail := make([]int32, 1)
		for head := range n / 10 {
			s.Sample(step, head, head, [][]int32{tail})
			if int(tail[0]) < n/10 {
				same++
			}
		}
		if same < 20 || same > 200 { // 100, with a standard deviation of 27 for groups of 8
			t.Errorf("step %d: %d of 1000", step, same)
		}
	}
}

// TestASetOfShiftsIsDrawnAsOne is what makes it fast: between points of one kind.
func TestASetOfShiftsIsDrawnAsOne(t *testing.T) {
	matrix := func(s *Scope, name string, n int) *G.Node {
		z, err := s.Param(name, tensor.New(tensor.WithShape(n, 2), tensor.Of(tensor.Float64)))
		if err != nil {
			t.Fatal(err)
		}
		return z
	}
	s := NewScope(20)
	z := matrix(s, "z", 20)
	on, err := s.Open(Uniform{Count: 3, Shift: true}, nil, 1, z)
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := on.index.Sample.(pairs.ShiftSampler); !ok {
		t.Errorf("%T", on.index.Sample)
	}
	on, err = s.Open(Uniform{Count: 3, Shift: true}, nil, 1, z, matrix(s, "y", 5))
	if err != nil {
		t.Fatal(err)
	}
	if _, ok := on.index.Sample.(pairs.ShiftSampler); ok {
		t.Error("different points are shifted")
	}
}
