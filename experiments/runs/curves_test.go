package runs

import (
	"bytes"
	"encoding/json"
	"math"
	"reflect"
	"slices"
	"testing"

	"affmatch/experiments/plots"
	"affmatch/models"
)

// TestRecordsComeBack: what a step wrote is read again, to the bit, terms in their order; what was not finite is not known.
func TestRecordsComeBack(t *testing.T) {
	r := models.Record{
		Step: 7, Loss: 0.1, Terms: []models.TermValue{{Name: "repulsion", Value: -2}, {Name: "an \"own\" term", Value: 1e-300}},
		GradNorm: 3, LearnRate: 0.5, Exaggeration: 12, SumError: 0.01, Seconds: 0.25,
	}
	line, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := record(line); err != nil || !reflect.DeepEqual(got, r) {
		t.Errorf("%+v, %v; want %+v", got, err, r)
	}
	r.Loss = math.Inf(1)
	if line, err = json.Marshal(r); err != nil {
		t.Fatal(err)
	}
	if got, err := record(line); err != nil || !math.IsNaN(got.Loss) || got.GradNorm != 3 {
		t.Errorf("of an infinite loss: %+v, %v", got, err)
	}
	for _, broken := range []string{`{"step":1,"loss":2`, `[1]`, `{"step":"one"}`, "", `{"step":1} x`} {
		if got, err := record([]byte(broken)); err == nil {
			t.Errorf("%s: %+v", broken, got)
		}
	}
	if _, err := record(bytes.Repeat([]byte("{"), 100)); err == nil {
		t.Error("nothing but braces: no error")
	}
}

// history is a fit of these losses, of which the first are exaggerated.
func history(exaggerated int, losses ...float64) (h []models.Record) {
	for k, loss := range losses {
		r := models.Record{Step: k, Loss: loss, Exaggeration: 1, Seconds: 0.5, GradNorm: 1 + loss}
		if k < exaggerated {
			r.Exaggeration = 4
		}
		h = append(h, r)
	}
	return h
}

func TestCurvesEndWithTheShortestFitAndBeforeWhatIsNotFinite(t *testing.T) {
	run := CurveOf("x", Loss, history(0, 5, 4, 3, 2), history(0, 6, 5, 4), history(0, 7, 6, 5, math.NaN()))
	if !reflect.DeepEqual(run.Loss, [][]float64{{5, 4, 3}, {6, 5, 4}, {7, 6, 5}}) {
		t.Errorf("%v", run.Loss)
	}
	if run := CurveOf("x", Loss, history(0, 5, math.Inf(1), 3)); !slices.Equal(run.Loss[0], []float64{5}) {
		t.Errorf("of a diverged fit: %v", run.Loss)
	}
	if got := Seconds(3, history(0, 1, 1, 1), history(0, 1, 1, 1)); !slices.Equal(got, []float64{0.5, 1, 1.5}) {
		t.Errorf("seconds %v", got)
	}
	if run := CurveOf("x", TermOf("none"), history(0, 1, 2)); len(run.Loss[0]) != 0 {
		t.Errorf("a term that is not there: %v", run.Loss)
	}
}

func TestTheEndOfTheExaggerationIsMarkedOnce(t *testing.T) {
	l := Marked(plots.LossCurves{}, history(2, 9, 8, 3, 2), history(2, 9, 8, 3, 2), history(0, 1, 1), history(3, 9, 8, 7), history(1, 9, 3))
	want := []plots.Mark{{At: 2, Name: "exaggeration ends"}, {At: 1, Name: "exaggeration ends"}}
	if !slices.Equal(l.Marks, want) {
		t.Errorf("%v, want %v: a fit that ends within has no end of it", l.Marks, want)
	}
}

func TestAxesAreThoseOnWhichConvergenceIsSeen(t *testing.T) {
	course := func(f func(t float64) float64) plots.LossCurves {
		loss := make([]float64, 1000)
		for k := range loss {
			loss[k] = f(float64(k) / 1000)
		}
		return plots.LossCurves{Runs: []plots.Run{{Loss: [][]float64{loss}}}}
	}
	for name, c := range map[string]struct {
		l    plots.LossCurves
		x, y bool
	}{
		"a slow fall":              {course(func(t float64) float64 { return 3 - t }), false, false},
		"a wall, then a plain":     {course(func(t float64) float64 { return 3 + math.Exp(-200*t) }), true, false},
		"many decades":             {course(func(t float64) float64 { return math.Exp(-9 * t) }), false, true},
		"negative, many decades":   {course(func(t float64) float64 { return math.Exp(-9*t) - 0.5 }), false, false},
		"a rise after a hard fall": {course(func(t float64) float64 { return 5*t + math.Exp(-200*t) }), false, false},
	} {
		if got := Scaled(c.l); got.LogX != c.x || got.LogY != c.y {
			t.Errorf("%s: LogX %v, LogY %v", name, got.LogX, got.LogY)
		}
	}
	many := course(func(t float64) float64 { return math.Exp(-9 * t) })
	many.Runs[0].Terms = []plots.Term{{Name: "attraction", Values: [][]float64{{-1, 1}}}}
	if Scaled(many).LogY {
		t.Error("a logarithm of a negative term")
	}
}
