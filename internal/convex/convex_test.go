package convex

import (
	"context"
	"errors"
	"math"
	"testing"
)

// quartic is sum_i w_i (x_i - a_i)^2/2 + (sum x - s)^2/2 + sum x^4/4.
type quartic struct {
	w, a  []float64
	s     float64
	bound float64
	x     []float64
	at    int
}

func (q *quartic) At(_ context.Context, x, g, d []float64) (float64, error) {
	q.x, q.at = append([]float64(nil), x...), q.at+1
	sum := -q.s
	for _, v := range x {
		sum += v
	}
	value := sum * sum / 2
	for i, v := range x {
		value += q.w[i]*(v-q.a[i])*(v-q.a[i])/2 + v*v*v*v/4
		g[i] = sum + q.w[i]*(v-q.a[i]) + v*v*v
		d[i] = 1 + q.w[i] + 3*v*v
	}
	return value, nil
}

func (q *quartic) Times(_ context.Context, v, hv []float64) error {
	sum := 0.0
	for _, x := range v {
		sum += x
	}
	for i, x := range v {
		hv[i] = sum + (q.w[i]+3*q.x[i]*q.x[i])*x
	}
	return nil
}

func (q *quartic) Done(x, g []float64) bool {
	for i, v := range g {
		if !(math.Abs(v) < 1e-11 || v > 0 && x[i] == q.bound) {
			return false
		}
	}
	return true
}

func example() (*quartic, []float64) {
	q := &quartic{s: 3}
	for i := range 30 {
		q.w, q.a = append(q.w, math.Pow(10, float64(i%7)-3)), append(q.a, 5*math.Sin(float64(i)))
	}
	x := make([]float64, 30)
	for i := range x {
		x[i] = 100
	}
	return q, x
}

// With bounds the gradient must be 0 where x is above its bound, and not below 0 where it is at it.
func TestMinimizeEndsWhereTheGradientDoes(t *testing.T) {
	for _, bound := range []float64{math.Inf(-1), 0, 0.5} {
		q, x := example()
		q.bound = bound
		lower := make([]float64, len(x))
		for i := range lower {
			lower[i] = bound
		}
		r, err := Minimize(context.Background(), q, x, lower, 100)
		if err != nil {
			t.Fatal(err)
		}
		g, d := make([]float64, len(x)), make([]float64, len(x))
		if _, err := q.At(context.Background(), x, g, d); err != nil {
			t.Fatal(err)
		}
		held := 0
		for i, v := range g {
			scale := 1e-12 * d[i] * math.Max(1, math.Abs(x[i]))
			switch {
			case x[i] < bound:
				t.Errorf("bound %v: x[%d] = %v", bound, i, x[i])
			case x[i] == bound && v < -scale, x[i] > bound && math.Abs(v) > 100*scale:
				t.Errorf("bound %v: x[%d] = %v has the slope %v", bound, i, x[i], v)
			case x[i] == bound:
				held++
			}
		}
		if (held > 0) != (bound >= 0) || !r.Converged || r.Steps > 40 {
			t.Errorf("bound %v: %d numbers at it, after %+v", bound, held, r)
		}
	}
}

type failing struct{ quartic }

var errFails = errors.New("fails")

func (f *failing) Times(context.Context, []float64, []float64) error { return errFails }

func TestMinimizeReturnsErrors(t *testing.T) {
	q, x := example()
	if _, err := Minimize(context.Background(), &failing{*q}, x, nil, 10); !errors.Is(err, errFails) {
		t.Errorf("error %v", err)
	}
}
