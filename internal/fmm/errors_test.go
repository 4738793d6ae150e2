package fmm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"affmatch/internal/machine"
)

// TestErrors holds each kernel on each cloud of points to exact sums, with charges of ones and of both signs.
func TestErrors(t *testing.T) {
	for dim := 1; dim <= 3; dim++ {
		n, order, most := 1500, 6, []float64{6e-5, 1e-3}
		if dim == 3 {
			order, most = 4, []float64{2e-4, 2e-3}
		}
		charges := [][]float64{nil, signed(n)}
		for _, k := range kernels {
			sums := []Sum{{Kernel: k.of}, {Kernel: k.of, Charge: 1, Pull: true}}
			o, err := NewOperators(sums, dim, order, 1e-4, machine.Vector())
			if err != nil {
				t.Fatal(err)
			}
			for name, g := range geometries {
				e := evaluate(t, o, g(n, dim), charges, 2)
				rows := e.sample(4)
				for s := range sums {
					if err := e.errorOf(s, rows, 1e-3*float64(n)); !(err < most[s]) {
						t.Errorf("%s on %s, dim %d: error %.2g of sum %d, want at most %.2g", k.name, name, dim, err, s, most[s])
					}
				}
			}
		}
	}
}

// signed are charges of both signs, more positive ones.
func signed(n int) []float64 {
	q := make([]float64, n)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range q {
		q[i] = 1 + 2*r.NormFloat64()
	}
	return q
}

// TestErrorsFallWithTheOrder: of a singular kernel, whose near part is the same for any order.
func TestErrorsFallWithTheOrder(t *testing.T) {
	inverse := kernel{"inverse", func(d2 float64) float64 { return 1 / max(d2, 1e-30) }}
	sums := []Sum{{Kernel: inverse.of}, {Kernel: inverse.of, Pull: true}}
	for dim := 1; dim <= 3; dim++ {
		n := 2000
		z := clusters(n, dim)
		last := []float64{1, 1}
		for order := 2; order <= 6; order += 2 {
			o, err := NewOperators(sums, dim, order, 0.01, machine.Vector())
			if err != nil {
				t.Fatal(err)
			}
			e := evaluate(t, o, z, [][]float64{nil}, 2)
			rows := e.sample(20)
			for s := range sums {
				err := e.errorOf(s, rows, 0)
				if err > last[s]/5 {
					t.Errorf("dim %d, order %d: error %.2g of sum %d, after %.2g", dim, order, err, s, last[s])
				}
				last[s] = err
			}
		}
	}
}

// TestBounds: no row's error is above what its leaf says, and rows that say little more than their error are known: here
// those of points alone.
func TestBounds(t *testing.T) {
	for _, k := range kernels {
		n := 1500
		z := clusters(n, 2)
		charges := [][]float64{make([]float64, n)} // that cancel
		for i := range n {
			charges[0][i] = float64(2*(i/10%2) - 1)
		}
		o, err := NewOperators([]Sum{{Kernel: k.of, Pull: true}, {Kernel: k.of}}, 2, 5, 1e-3, machine.Vector())
		if err != nil {
			t.Fatal(err)
		}
		e := evaluate(t, o, z, charges, 2)
		bound, none := e.field.Bound(1), e.field.Bound(0)
		for l := range e.field.Leaves() {
			targets, _ := e.field.Leaf(l)
			if none[l] != 0 {
				t.Fatal("a pull has a bound")
			}
			e.near(l)
			i := int(e.tree.Order()[targets.Lo])
			want := direct(o.sums[1], z, 2, charges[0], []int{i})[0][0]
			if err := math.Abs(e.out[1][i] - want); err > bound[l]+1e-10 {
				t.Errorf("%s: point %d has an error of %.2g, bound %.2g", k.name, i, err, bound[l])
			}
		}
	}
}

// TestFewPoints: from none on, with a charge that no sum has, by a field and a tree that served others before.
func TestFewPoints(t *testing.T) {
	for dim := 1; dim <= 3; dim++ {
		o, err := NewOperators([]Sum{{Kernel: student.of, Charge: 1}, {Kernel: student.of, Charge: 1, Pull: true}}, dim, 5, 1e-4, machine.Vector())
		if err != nil {
			t.Fatal(err)
		}
		e := evaluate(t, o, clusters(500, dim), [][]float64{nil, signed(500)}, 7)
		for _, n := range []int{0, 1, 2, 3, 12, 13, 14, 100} {
			e.move(t, normal(n, dim, 1), [][]float64{nil, signed(n)}, 7)
			rows := e.sample(100)
			if len(rows) < min(n, 1) {
				t.Errorf("dim %d, %d points: no rows", dim, n)
			}
			for s := range o.sums {
				if err := e.errorOf(s, rows, 1); err > 1e-4 {
					t.Errorf("dim %d, %d points: error %.2g of sum %d", dim, n, err, s)
				}
			}
		}
	}
}

// TestALeafMayHaveMorePointsThanATile: as the only one does at the start of a descent.
func TestALeafMayHaveMorePointsThanATile(t *testing.T) {
	n := 3 * pieceSize
	charges := [][]float64{signed(n)}
	o, err := NewOperators([]Sum{{Kernel: student.of}, {Kernel: student.of, Pull: true}}, 2, 4, 1e-3, machine.Vector())
	if err != nil {
		t.Fatal(err)
	}
	e := evaluate(t, o, geometries["start"](n-5, 2), [][]float64{charges[0][5:]}, 2)
	if e.field.Leaves() != 1 {
		t.Errorf("%d leaves", e.field.Leaves())
	}
	rows := e.sample(1)
	for s := range o.sums {
		if err := e.errorOf(s, rows, 0); err > 1e-5 {
			t.Errorf("error %.2g of sum %d", err, s)
		}
	}
}

// TestPlacesManyPointsShareAreOneSource: kernels with a kink do not make pairs of them, be they one place or places that no
// box can part.
func TestPlacesManyPointsShareAreOneSource(t *testing.T) {
	kink := kernel{"kink", func(d2 float64) float64 {
		if d2 == 0 {
			return 0
		}
		return 1 / math.Sqrt(math.Sqrt(d2))
	}}
	for dim := 1; dim <= 3; dim++ {
		for name, c := range map[string]struct {
			place func(i int) float64
			pairs int // that a caller has to add, at most
			boxes int
		}{
			"one place":                   {func(int) float64 { return 2 }, 1, 1},
			"three places":                {func(i int) float64 { return float64(i % 3) }, 3000, 9},
			"a hundred places":            {func(i int) float64 { return float64(i % 100) }, 2_000_000, 2000},
			"places that no box can part": {func(i int) float64 { return float64(i%200/199) + 1e-20*float64(i) }, 5000, 1000},
		} {
			n := 3000
			z := make([]float64, n*dim)
			for i := range z {
				z[i] = c.place(i / dim)
			}
			charges := [][]float64{signed(n)}
			o, err := NewOperators([]Sum{{Kernel: kernels[7].of}, {Kernel: kink.of, Pull: true}}, dim, 4, 1e-4, machine.Vector())
			if err != nil {
				t.Fatal(err)
			}
			e := evaluate(t, o, z, charges, 2)
			if pairs, boxes := e.nearPairs(), len(e.tree.boxes); pairs > c.pairs || boxes > c.boxes {
				t.Errorf("%s, dim %d: %d pairs and %d boxes, want at most %d and %d", name, dim, pairs, boxes, c.pairs, c.boxes)
			}
			rows := e.sample(20)
			for s := range o.sums {
				if err := e.errorOf(s, rows, 1e-10); err > 2e-3 {
					t.Errorf("%s, dim %d: error %.2g of sum %d", name, dim, err, s)
				}
			}
		}
	}
}

func TestRefuses(t *testing.T) {
	fine := []Sum{{Kernel: student.of}}
	for what, c := range map[string]func() error{
		"no sums":   func() error { _, err := NewOperators(nil, 2, 5, 1e-3, machine.Vector()); return err },
		"no kernel": func() error { _, err := NewOperators([]Sum{{}}, 2, 5, 1e-3, machine.Vector()); return err },
		"a far charge": func() error {
			_, err := NewOperators([]Sum{{Kernel: student.of, Charge: 1}}, 2, 5, 1e-3, machine.Vector())
			return err
		},
		"dim 4":          func() error { _, err := NewOperators(fine, 4, 5, 1e-3, machine.Vector()); return err },
		"order 1":        func() error { _, err := NewOperators(fine, 2, 1, 1e-3, machine.Vector()); return err },
		"tolerance NaN":  func() error { _, err := NewOperators(fine, 2, 5, math.NaN(), machine.Vector()); return err },
		"another dim":    func() error { return runOn(2, 3, [][]float64{nil}, 30) },
		"no charges":     func() error { return runOn(3, 3, nil, 20) },
		"a short charge": func() error { return runOn(2, 2, [][]float64{{1}}, 30) },
		"a short out":    func() error { return runOn(2, 2, [][]float64{nil}, 29) },
	} {
		if c() == nil {
			t.Errorf("%s: no error", what)
		}
	}
	for _, dim := range []int{1, 2, 3} {
		if err := runOn(dim, dim, [][]float64{nil}, 60/dim); err != nil {
			t.Error(err)
		}
	}
}

// runOn evaluates points of one dimension by operators of another.
func runOn(points, operators int, charges [][]float64, rows int) error {
	var t Tree
	if err := t.Build(normal(60/points, points, 1), points, 1); err != nil {
		return err
	}
	o, err := NewOperators([]Sum{{Kernel: student.of}}, operators, 3, 1e-3, machine.Vector())
	if err != nil {
		return fmt.Errorf("operators: %w", err)
	}
	return new(Field).Run(&t, o, charges, [][]float64{make([]float64, rows)}, 1)
}
