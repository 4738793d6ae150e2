package models

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

// gap is how far two embeddings are from each other, as golden file demo_compare has it.
type gap struct {
	Max    float64 `json:"max_abs_diff"`
	RMS    float64 `json:"rms_diff"`
	Entry  float64 `json:"max_abs_of_embedding"`
	Pairs  float64 `json:"max_abs_diff_of_pairwise_distances"`
	Meanly float64 `json:"mean_abs_diff_of_pairwise_distances"`
	Mean   float64 `json:"mean_pairwise_distance"`
}

func gapOf(y, z *mat.Dense) (a gap) {
	n, d := y.Dims()
	for i := range n {
		for c := range d {
			off := math.Abs(y.At(i, c) - z.At(i, c))
			a.Max, a.RMS, a.Entry = max(a.Max, off), a.RMS+off*off/float64(n*d), max(a.Entry, math.Abs(y.At(i, c)))
		}
		for j := range n {
			from := mat.Norm(difference(y, i, j), 2)
			off := math.Abs(from - mat.Norm(difference(z, i, j), 2))
			a.Pairs, a.Meanly, a.Mean = max(a.Pairs, off), a.Meanly+off/float64(n*n), a.Mean+from/float64(n*n)
		}
	}
	a.RMS = math.Sqrt(a.RMS)
	return a
}

func difference(z *mat.Dense, i, j int) *mat.VecDense {
	v := mat.NewVecDense(z.RawMatrix().Cols, nil)
	v.SubVec(z.RowView(i), z.RowView(j))
	return v
}

// TestGoldenDemoComparisonEqualsTheReference: the demo calls SNE and its matcher the same, but its SNE has 90 neighbors and its
// matcher all. With the same P they are.
func TestGoldenDemoComparisonEqualsTheReference(t *testing.T) {
	long(t)
	x := snare(t, 0)
	var want struct {
		Sparse      gap           `json:"SNE_vs_AM"`
		Dense       gap           `json:"SNE_dense_vs_AM"`
		Ten         gap           `json:"SNE_vs_AM_10_iterations"`
		LossApart   golden.Vector `json:"loss_AM_minus_SNE"`
		LossAsDense golden.Vector `json:"loss_AM_minus_SNE_dense"`
	}
	golden.Load(t, "demo_compare", &want)
	d := demo
	d.Engine = Fused{Float64: true}
	fit := func(m method) *Result {
		r, err := m.Fit(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	all := affinity.EntropicAffinity{Perplexity: 30, Dense: true}
	matcherOf := func(d Descent) method {
		return AffinityMatcher{In: all, Out: normalized(affinity.Gaussian{}, affinity.OverRows), Loss: loss.CrossEntropy, Descent: d}
	}
	dense := referenceSNE(30, d).(SampledNeighborEmbedding)
	dense.In = all
	sne, matcher, denseSNE := fit(referenceSNE(30, d)), fit(matcherOf(d)), fit(dense)
	losses := func(r *Result) (l []float64) {
		for k := range r.History {
			l = append(l, matcher.History[k].Loss-r.History[k].Loss)
		}
		return l
	}
	golden.Close(t, "loss of the matcher minus that of SNE", losses(sne), want.LossApart, 1e-9)
	golden.Close(t, "loss of the matcher minus that of SNE on all pairs", losses(denseSNE), want.LossAsDense, 1e-12)
	numbers := func(a gap) []float64 { return []float64{a.Max, a.RMS, a.Entry, a.Pairs, a.Meanly, a.Mean} }
	golden.Close(t, "SNE and matcher", numbers(gapOf(sne.Embedding, matcher.Embedding)), numbers(want.Sparse), 1e-8)
	if got := gapOf(denseSNE.Embedding, matcher.Embedding).Max; got > 1e-9 || want.Dense.Max > 1e-9 {
		t.Errorf("SNE on all pairs and matcher are %.2g apart, the reference's %.2g: want 1e-9", got, want.Dense.Max)
	}
	d.Steps = 10
	ten := gapOf(fit(referenceSNE(30, d)).Embedding, fit(matcherOf(d)).Embedding)
	golden.Close(t, "SNE and matcher after 10 steps", numbers(ten), numbers(want.Ten), 1e-8)
}

// TestGoldenSensitivityEqualsTheReference: what a tighter search for the bandwidths, a lower rate and single precision do to the
// final loss. (The changes of the start were drawn by the reference's generator.)
func TestGoldenSensitivityEqualsTheReference(t *testing.T) {
	long(t)
	x := snare(t, 0)
	var want struct {
		Cases []struct {
			Model, Change string
			Final         float64 `json:"final_loss"`
		}
	}
	golden.Load(t, "demo_sensitivity", &want)
	seen := 0
	for _, c := range want.Cases {
		d, tolerance := demo, 1e-9
		d.Engine = Fused{Float64: true}
		exact := false
		switch {
		case c.Change == "init r=0":
		case strings.HasPrefix(c.Change, "init"):
			continue
		case c.Change == "tol_affinity 1e-12":
			exact = true
		case c.Change == "float32": // in another order of sums
			d.Engine, tolerance = Fused{}, 1e-5
		case c.Change == "lr 0.1":
			d.Optimizer = optim.Adam{LearnRate: 0.1}
		default:
			t.Errorf("no case for %s", c.Change)
			continue
		}
		seen++
		m := map[string]func(float64, Descent) method{"SNE": referenceSNE, "TSNE": referenceTSNE}[c.Model](30, d).(SampledNeighborEmbedding)
		if exact {
			m.In = affinity.EntropicAffinity{Perplexity: 30, Exact: true}
		}
		r, err := m.Fit(context.Background(), x)
		if err != nil {
			t.Fatal(err)
		}
		golden.Close(t, fmt.Sprintf("%s, %s: final loss", c.Model, c.Change), []float64{r.History[len(r.History)-1].Loss}, []float64{c.Final}, tolerance)
	}
	if seen != 8 && !golden.Other() {
		t.Errorf("%d cases, want 8", seen)
	}
}

// TestGoldenSwissRollBeginsAsTheReference: its descent, plain and at a rate of 50 on twelvefold attraction, soon swings between
// two states, and on the way there loses a digit a step: until then the curves are the same.
func TestGoldenSwissRollBeginsAsTheReference(t *testing.T) {
	var want struct {
		X      golden.Matrix
		Loss   golden.Vector
		Series []struct {
			Perplexity float64
			Loss       golden.Vector
		}
	}
	golden.Load(t, "demo_swiss_roll", &want)
	const orderly = 5
	begins := func(perplexity float64, curve golden.Vector) {
		d := Descent{
			Optimizer: optim.SGD{LearnRate: 50}, Phases: Exaggerate(12, orderly), Steps: orderly, Engine: Fused{Float64: true},
		}
		r, err := referenceTSNE(perplexity, d).Fit(context.Background(), dense(want.X))
		if err != nil {
			t.Fatal(err)
		}
		var got []float64
		for _, h := range r.History {
			got = append(got, h.Terms[0].Value*12+h.Terms[1].Value)
		}
		golden.Close(t, fmt.Sprintf("loss at perplexity %v", perplexity), got, curve[:orderly], 1e-8)
	}
	begins(10, want.Loss)
	begins(want.Series[0].Perplexity, want.Series[0].Loss)
}
