package affinity

import (
	"math"
	"strings"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// TestSinkhornSumsToOneOverAllPairsWhicheverAreAskedFor.
func TestSinkhornSumsToOneOverAllPairsWhicheverAreAskedFor(t *testing.T) {
	z := cloud(30, 2)
	for _, diagonal := range []bool{false, true} {
		o := Sinkhorn{Kernel: Student{}, Rounds: 200, Diagonal: diagonal}
		logQ := onGraph(t, z, All{Diagonal: true}, o.LogQ)
		q := mat.NewDense(30, 30, nil)
		q.Apply(func(i, j int, _ float64) float64 { return math.Exp(logQ[30*i+j]) }, q)
		for i := range 30 {
			sum := mat.Sum(q.RowView(i))
			if !diagonal {
				sum -= q.At(i, i)
			}
			if math.Abs(30*sum-1) > 1e-12 {
				t.Errorf("diagonal %v: row %d sums to %v/n", diagonal, i, 30*sum)
			}
		}
		some := [][]int32{}
		var want []float64
		for i := range 30 {
			some = append(some, []int32{int32((i + 3) % 30), int32((i + 11) % 30)})
			want = append(want, logQ[30*i+(i+3)%30], logQ[30*i+(i+11)%30])
		}
		golden.Close(t, "some pairs", onGraph(t, z, at(some), o.LogQ), want, 1e-14)
	}
}

// TestSinkhornOutputsOfOneScopeHaveDualsByName: one dual for one kernel, whatever the pairs; another kernel needs a name.
func TestSinkhornOutputsOfOneScopeHaveDualsByName(t *testing.T) {
	s := NewScope(12)
	z := Must(s.Param("Z", tensorOf(cloud(12, 2))))
	all, some := Must(s.Open(All{}, nil, 0, z)), Must(s.Open(Uniform{Count: 2}, nil, 0, z))
	student, gaussian := Sinkhorn{Kernel: Student{}}, Sinkhorn{Kernel: Gaussian{}}
	for _, on := range []*Pairs{all, some} {
		if _, err := student.LogQ(on); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.States()); n != 1 {
		t.Errorf("%d duals of one output, want 1", n)
	}
	if _, err := gaussian.LogQ(all); err == nil || !strings.Contains(err.Error(), "Nested") {
		t.Errorf("error %v of another kernel, want one that asks for a name", err)
	}
	if _, err := (Within{Name: "narrow", Output: gaussian}).LogQ(all); err != nil || len(s.States()) != 2 {
		t.Errorf("%d duals, error %v; want 2", len(s.States()), err)
	}
	other := Must(s.Param("Y", tensorOf(cloud(7, 2))))
	if _, err := student.LogQ(Must(s.Open(All{}, nil, 0, z, other))); err == nil || !strings.Contains(err.Error(), "different points") {
		t.Errorf("error %v between different points", err)
	}
}

// TestTheConstantDualHasTheSlopeOfTheExactOne with the sum of Q beside a cross-entropy.
func TestTheConstantDualHasTheSlopeOfTheExactOne(t *testing.T) {
	z := cloud(20, 2)
	p := fit(t, SinkhornAffinity{Eps: 2, Tolerance: 1e-12}, cloud(20, 4)).P
	slope := func(constant bool) []float64 {
		s := NewScope(20)
		n := Must(s.Param("Z", tensorOf(z)))
		on := Must(s.Open(Edges{}, p, 0, n))
		v, err := Try(func() Expr {
			logQ := on.LogQOf(Sinkhorn{Kernel: Student{}, Rounds: 100, Constant: constant})
			loss := logQ.Mul(on.P).Sum().Neg()
			if constant {
				loss = loss.Add(logQ.Exp().Sum())
			}
			return loss
		})
		if err != nil {
			t.Fatal(err)
		}
		grads, err := G.Grad(v, n)
		if err != nil {
			t.Fatal(err)
		}
		g, err := evaluate(s, grads[0])
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	golden.Close(t, "slope", slope(true), slope(false), 1e-8)
}
