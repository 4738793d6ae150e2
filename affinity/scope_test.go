package affinity

import (
	"math"
	"strings"
	"testing"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// TestANameHoldsOneValue: a second Given of the same name and shape with other numbers must not quietly be the first.
func TestANameHoldsOneValue(t *testing.T) {
	vector := func(v ...float64) *tensor.Dense { return tensor.New(tensor.WithShape(len(v)), tensor.WithBacking(v)) }
	s := NewScope(2)
	first, err := s.Constant("w", vector(1, 2))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Constant("w", vector(1, 2)); err != nil || again != first {
		t.Errorf("the same values again: %v, %v, want the node made first", again, err)
	}
	if _, err := s.Constant("w", vector(1, 3)); err == nil || !strings.Contains(err.Error(), "affinity: w = other values") {
		t.Errorf("other values under one name: %v, want an error that names it", err)
	}
	if _, err := s.Constant("w", vector(1, 2, 3)); err == nil || !strings.Contains(err.Error(), "shape") {
		t.Errorf("another shape under one name: %v, want an error", err)
	}
	nu, err := s.Param("nu", tensor.New(tensor.FromScalar(1.0)))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := s.Param("nu", tensor.New(tensor.FromScalar(1.0))); err != nil || again != nu {
		t.Errorf("the same scalar again: %v, %v, want the node made first", again, err)
	}
	if _, err := s.Param("nu", tensor.New(tensor.FromScalar(2.0))); err == nil {
		t.Error("another scalar under one name: want an error")
	}
}

// TestANameHoldsOneThing: another kind, start or rule under a name is an error, never silently the first.
func TestANameHoldsOneThing(t *testing.T) {
	number := func(v float64) *tensor.Dense { return tensor.New(tensor.FromScalar(v)) }
	double := func(old *G.Node) (*G.Node, error) { return G.Mul(old, G.NewConstant(2.0)) }
	triple := func(old *G.Node) (*G.Node, error) { return G.Mul(old, G.NewConstant(3.0)) }
	for name, c := range map[string]struct {
		first, second func(s *Scope) (*G.Node, error)
		want          string // of the error; "": the same node
	}{
		"a constant, then a parameter": {
			func(s *Scope) (*G.Node, error) { return s.Constant("a", number(1)) },
			func(s *Scope) (*G.Node, error) { return s.Param("a", number(1)) }, "a = a parameter, want a constant"},
		"a parameter, then a knob": {
			func(s *Scope) (*G.Node, error) { return s.Param("a", number(1)) },
			func(s *Scope) (*G.Node, error) { return s.Knob("a", Fixed(1)) }, "a = a knob, want a parameter"},
		"a parameter with another start": {
			func(s *Scope) (*G.Node, error) { return s.Param("a", number(1)) },
			func(s *Scope) (*G.Node, error) { return s.Param("a", number(2)) }, "a = other values"},
		"a knob with the same schedule": {
			func(s *Scope) (*G.Node, error) { return s.Knob("a", Knots{{0, 1}, {9, 2}}) },
			func(s *Scope) (*G.Node, error) { return s.Knob("a", Knots{{0, 1}, {9, 2}}) }, ""},
		"a knob with another schedule": {
			func(s *Scope) (*G.Node, error) { return s.Knob("a", Knots{{0, 1}, {9, 2}}) },
			func(s *Scope) (*G.Node, error) { return s.Knob("a", Knots{{0, 1}, {9, 3}}) }, "another schedule"},
		"a knob with a function twice": {
			func(s *Scope) (*G.Node, error) { return s.Knob("a", ScheduleFunc(func(int, int) float64 { return 1 })) },
			func(s *Scope) (*G.Node, error) { return s.Knob("a", ScheduleFunc(func(int, int) float64 { return 1 })) }, "make it a type with a Factor method"},
		"a state with the same rule": {
			func(s *Scope) (*G.Node, error) { return s.Carry("a", number(1), double) },
			func(s *Scope) (*G.Node, error) { return s.Carry("a", number(1), double) }, ""},
		"a state with another rule": {
			func(s *Scope) (*G.Node, error) { return s.Carry("a", number(1), double) },
			func(s *Scope) (*G.Node, error) { return s.Carry("a", number(1), triple) }, "a = another rule"},
		"a state with another start": {
			func(s *Scope) (*G.Node, error) { return s.Carry("a", number(1), double) },
			func(s *Scope) (*G.Node, error) { return s.Carry("a", number(2), double) }, "a = other values"},
		"a state, then a constant": {
			func(s *Scope) (*G.Node, error) { return s.Carry("a", number(1), double) },
			func(s *Scope) (*G.Node, error) { return s.Constant("a", number(1)) }, "a = a constant, want a state"},
	} {
		s := NewScope(2)
		first, err := c.first(s)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		second, err := c.second(s)
		if c.want == "" && (err != nil || second != first) {
			t.Errorf("%s: %v, %v, want the first node", name, second, err)
		}
		if c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
		inner, err := c.second(s.Nested("part"))
		if err != nil || inner == first || inner.Name() != "part.a" {
			t.Errorf("%s, nested: %v, %v, want a node part.a of its own", name, inner, err)
		}
	}
}

func TestLabelsAndWeightsOfTheData(t *testing.T) {
	s := NewScope(3)
	if _, err := s.Labels(); err == nil || !strings.Contains(err.Error(), "labels = none") {
		t.Errorf("labels of data without: %v", err)
	}
	w, err := s.Weights()
	if err != nil || w.Value().Data().([]float64)[2] != 1 {
		t.Errorf("weights of data without: %v, %v", w, err)
	}
	s = NewScope(3)
	s.Describe(Data{Labels: []int{2, 0, -1}, Weights: []float64{0.5, 1, 2}}, nil)
	l, err := s.Nested("part").Labels()
	if err != nil || l.Value().Data().([]float64)[0] != 2 {
		t.Errorf("labels: %v, %v", l, err)
	}
	if again, err := s.Labels(); err != nil || again != l {
		t.Errorf("labels again: %v, %v", again, err)
	}
}

func TestKnotsAreLinearBetweenAndJumpWhereTwoMeet(t *testing.T) {
	k := Knots{{10, 1}, {20, 3}, {20, 5}, {30, 5}}
	for step, want := range map[int]float64{0: 1, 10: 1, 15: 2, 19: 2.8, 20: 5, 25: 5, 30: 5, 99: 5} {
		if got := k.Factor(step, 100); math.Abs(got-want) > 1e-12 {
			t.Errorf("at step %d: %v, want %v", step, got, want)
		}
	}
	if err := (Knots{{5, 1}, {4, 1}}).Validate(); err == nil {
		t.Error("knots out of order: want an error")
	}
}
