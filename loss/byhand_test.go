package loss_test

import (
	"math"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// ratio is P log(P/Q), 0 where P is.
func ratio(p, q float64) float64 {
	if p == 0 {
		return 0
	}
	return p * math.Log(p/q)
}

// bounded is P where a logarithm of it is wanted.
func bounded(p float64) float64 {
	if p == 0 {
		return 1e-12
	}
	return p
}

func entries(f func(p, q float64) float64) func(p, logQ [][]float64) float64 {
	return sum(func(p, l float64) float64 { return f(p, math.Exp(l)) })
}

var divergences = []formula{
	{loss.KL, true, true, entries(ratio)},
	{loss.ReverseKL, true, true, entries(func(p, q float64) float64 { return ratio(q, bounded(p)) })},
	{loss.JensenShannon, true, true, entries(func(p, q float64) float64 {
		return ratio(p, (p+q)/2)/2 + ratio(q, (p+q)/2)/2
	})},
	{loss.NeRV{Lambda: 0.3}, true, true, entries(func(p, q float64) float64 {
		return 0.3*ratio(p, q) + 0.7*ratio(q, bounded(p))
	})},
	{loss.Alpha{A: 0.5}, true, true, entries(func(p, q float64) float64 { // four times Hellinger's squared
		return 2 * (math.Sqrt(p) - math.Sqrt(q)) * (math.Sqrt(p) - math.Sqrt(q))
	})},
	{loss.Alpha{A: 1}, true, true, entries(func(p, q float64) float64 { return ratio(p, q) - p + q })},
	{loss.Alpha{}, true, true, entries(func(p, q float64) float64 { return ratio(q, bounded(p)) - q + p })},
	{loss.Beta{B: 2}, true, true, entries(func(p, q float64) float64 { return (p - q) * (p - q) / 2 })},
	{loss.Beta{B: 1}, true, true, entries(func(p, q float64) float64 { return ratio(p, q) - p + q })},
	{loss.Beta{B: 1.5}, true, true, entries(func(p, q float64) float64 {
		return (math.Pow(p, 1.5) + 0.5*math.Pow(q, 1.5) - 1.5*p*math.Sqrt(q)) / 0.75
	})},
	{loss.Renyi{A: 0.5}, true, false, func(p, logQ [][]float64) float64 {
		return -2 * math.Log(entries(func(p, q float64) float64 { return math.Sqrt(p * q) })(p, logQ))
	}},
	{loss.Renyi{A: 1}, true, true, entries(ratio)},
}

var stresses = []formula{
	{loss.NormalizedStress, true, false, func(p, logQ [][]float64) float64 {
		return entries(func(p, q float64) float64 { return (p - q) * (p - q) })(p, logQ) /
			entries(func(p, _ float64) float64 { return p * p })(p, logQ)
	}},
	{loss.SammonStress, true, false, func(p, logQ [][]float64) float64 {
		return entries(func(p, q float64) float64 {
			if p == 0 {
				return 0
			}
			return (p - q) * (p - q) / p
		})(p, logQ) / entries(func(p, _ float64) float64 { return p })(p, logQ)
	}},
	{loss.QuarticStress, true, true, entries(func(p, q float64) float64 { return (p*p - q*q) * (p*p - q*q) })},
}

var around = []formula{
	{loss.Bounded{Scale: 10}, true, true, entries(func(p, q float64) float64 { return p / q / (1/q + 10) })},
	{loss.Bounded{Scale: 10, Reach: 7}, true, true, entries(func(p, q float64) float64 { return p / (1 + 10*q) })},
	{loss.SumOfOdds, true, true, entries(func(p, q float64) float64 { return p / (1/q + 1) })},
	{loss.LocalOdds{Within: 2, Total: 20}, true, false, func(p, logQ [][]float64) (s float64) { // log Q above -log 5
		for r, row := range logQ {
			var some, count float64
			for k, l := range row {
				if l > -math.Log(5) {
					some, count = some+p[r][k]/(math.Exp(-l)+1), count+1
				}
			}
			s += some * 20 / max(count, 1)
		}
		return s
	}},
	{loss.Times{By: -2.5, Term: loss.SumOfQ}, false, true, entries(func(_, q float64) float64 { return -2.5 * q })},
	{loss.Times{By: 3, Term: loss.Square}, true, true, entries(func(p, q float64) float64 { return 3 * (p - q) * (p - q) })},
	{loss.PerPoint{Term: loss.CrossEntropy}, true, true, entries(func(p, q float64) float64 { return -p * math.Log(q) })},
}

// TestDivergencesMeetTheirLimits: near the orders at which the formula of Alpha, Beta and Renyi is another one, the values
// are near those of that one.
func TestDivergencesMeetTheirLimits(t *testing.T) {
	const near = 1e-4
	for _, c := range []struct{ at, beside loss.Loss }{
		{loss.Alpha{A: 1}, loss.Alpha{A: 1 - near}}, {loss.Alpha{A: 1}, loss.Alpha{A: 1 + near}},
		{loss.Beta{B: 1}, loss.Beta{B: 1 - near}}, {loss.Beta{B: 1}, loss.Beta{B: 1 + near}},
		{loss.Renyi{A: 1}, loss.Renyi{A: 1 - near}}, {loss.Beta{}, loss.Beta{B: near}}, {loss.Alpha{}, loss.Alpha{A: near}},
		{loss.Renyi{}, loss.Renyi{A: near}}, {loss.KL, loss.NeRV{Lambda: 1}}, {loss.ReverseKL, loss.NeRV{}},
	} {
		p := []float64{0.1, 0.2, 0.3, 0.05, 0.05, 0.3}
		logQ := []float64{-1, -2, -1.5, -4, -2.5, -3}
		total := 0.0
		for _, l := range logQ {
			total += math.Exp(l)
		}
		for e := range logQ {
			logQ[e] -= math.Log(total)
		}
		if got, want := valueOf(t, c.beside, p, logQ), valueOf(t, c.at, p, logQ); !(math.Abs(got-want) < 2e-3) {
			t.Errorf("%T%+v: %v, want %v at the limit", c.beside, c.beside, got, want)
		}
	}
}

// TestDivergencesAreZeroAtTheSameAndPositiveElsewhere holds what makes them divergences.
func TestDivergencesAreZeroAtTheSameAndPositiveElsewhere(t *testing.T) {
	p := []float64{0.1, 0.2, 0.3, 0.05, 0.05, 0.3}
	same, other := make([]float64, 6), make([]float64, 6)
	for e := range p {
		same[e], other[e] = math.Log(p[e]), math.Log(p[(e+1)%6])
	}
	for _, l := range []loss.Loss{
		loss.KL, loss.ReverseKL, loss.JensenShannon, loss.NeRV{Lambda: 0.2}, loss.Alpha{A: 0.3}, loss.Alpha{A: 2}, loss.Alpha{A: -1},
		loss.Alpha{}, loss.Beta{}, loss.Beta{B: 0.5}, loss.Beta{B: 3}, loss.Renyi{A: 0.5}, loss.Renyi{A: 3}, loss.QuarticStress,
	} {
		if v := valueOf(t, l, p, same); math.Abs(v) > 1e-14 {
			t.Errorf("%s: %v at Q = P", nameOf(l), v)
		}
		if v := valueOf(t, l, p, other); !(v > 1e-6) {
			t.Errorf("%s: %v at another Q", nameOf(l), v)
		}
	}
}

// TestBoundedFadesWithoutChangingItsValue: its gradient in log Q is that without Reach, times Reach / (2 sqrt(1/Q)).
func TestBoundedFadesWithoutChangingItsValue(t *testing.T) {
	p, logQ := []float64{1, 1, 1, 1, 1, 1}, []float64{-0.1, -1, -2, -3, -4, -5}
	whole, faded := slopesOf(t, loss.Bounded{Scale: 10}, p, logQ), slopesOf(t, loss.Bounded{Scale: 10, Reach: 7}, p, logQ)
	want := make([]float64, len(whole))
	for e, g := range whole {
		want[e] = g * 7 / (2 * math.Sqrt(math.Exp(-logQ[e])))
	}
	golden.Close(t, "slopes", faded, want, 1e-12)
}

// TestPerPointTakesTheWeightsOfTheData on the heads of the pairs, with P and without.
func TestPerPointTakesTheWeightsOfTheData(t *testing.T) {
	for _, weighted := range []bool{true, false} {
		on := someP(weighted)
		on.Describe(affinity.Data{Weights: []float64{2, 0, 5}}, nil)
		logQ, err := on.Constant("logQ", tensor.New(tensor.WithShape(6), tensor.WithBacking(flat(someLogQs))))
		if err != nil {
			t.Fatal(err)
		}
		n, err := loss.PerPoint{Term: loss.CrossEntropy}.Loss(on, on.P, logQ)
		if err != nil {
			t.Fatal(err)
		}
		want := 0.0
		for e, w := range []float64{2, 2, 0, 5, 5, 5} {
			if weighted {
				w *= flat(somePs)[e]
			}
			want -= w * flat(someLogQs)[e]
		}
		golden.Close(t, "weighted cross-entropy", []float64{evaluate(t, on, n)[0]}, []float64{want}, 1e-14)
	}
}

// TestFieldsOfLossesAreChecked: each fault by the field's name.
func TestFieldsOfLossesAreChecked(t *testing.T) {
	for want, l := range map[string]interface{ Validate() error }{
		"loss: NeRV: Lambda = 1.5, want 0 to 1":                         loss.NeRV{Lambda: 1.5},
		"loss: Alpha: A = NaN, want a finite number":                    loss.Alpha{A: math.NaN()},
		"loss: Beta: B = +Inf, want a finite number":                    loss.Beta{B: math.Inf(1)},
		"loss: Renyi: A = -1, want a finite number of at least 0":       loss.Renyi{A: -1},
		"loss: Bounded: Scale = 0, want a finite number above 0":        loss.Bounded{},
		"loss: LocalOdds: Within = 0, want a finite number above 0":     loss.LocalOdds{Total: 1},
		"loss: Times: By = 0, want a finite number other than 0":        loss.Times{Term: loss.KL},
		"loss: PerPoint: Term = nil, want a loss":                       loss.PerPoint{},
		"loss: Bounded: Reach = -1, want a finite number of at least 0": loss.Bounded{Scale: 1, Reach: -1},
		"loss: Renyi: A = NaN, want a finite number of at least 0":      loss.PerPoint{Term: loss.Renyi{A: math.NaN()}},
	} {
		if err := l.Validate(); err == nil || err.Error() != want {
			t.Errorf("%v: error %q, want %q", l, err, want)
		}
	}
}

func valueOf(t *testing.T, l loss.Loss, p, logQ []float64) float64 {
	t.Helper()
	on, n := onSome(t, l, p, logQ)
	return evaluate(t, on, n)[0]
}

func slopesOf(t *testing.T, l loss.Loss, p, logQ []float64) []float64 {
	t.Helper()
	on, n := onSome(t, l, p, logQ)
	grads, err := G.Grad(n, on.Params()[0])
	if err != nil {
		t.Fatal(err)
	}
	return evaluate(t, on, grads[0])
}

// onSome is a loss on the pairs of someP, with log Q as a parameter.
func onSome(t *testing.T, l loss.Loss, p, logQ []float64) (*affinity.Pairs, *G.Node) {
	t.Helper()
	on := someP(true)
	copy(on.P.Value().Data().([]float64), p)
	q, err := on.Param("logQ", tensor.New(tensor.WithShape(6), tensor.WithBacking(append([]float64(nil), logQ...))))
	if err != nil {
		t.Fatal(err)
	}
	n, err := l.Loss(on, on.P, q)
	if err != nil {
		t.Fatal(err)
	}
	return on, n
}

func evaluate(t *testing.T, on *affinity.Pairs, n *G.Node) []float64 {
	t.Helper()
	var v G.Value
	G.Read(n, &v)
	vm := G.NewTapeMachine(on.Graph)
	defer vm.Close()
	if err := vm.RunAll(); err != nil {
		t.Fatal(err)
	}
	if x, ok := v.Data().(float64); ok {
		return []float64{x}
	}
	return append([]float64(nil), v.Data().([]float64)...)
}
