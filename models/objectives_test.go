package models

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// triples are (i; i+1, i+3) and (i; i+2, i+5), weighing 1 and 0.5.
type triples struct{}

func (triples) Open(o affinity.Opening) (affinity.Indices, error) {
	ix := affinity.Indices{K: 2, More: [][]int32{nil}}
	for i := range o.Points {
		ix.Tail = append(ix.Tail, int32((i+1)%o.Points), int32((i+2)%o.Points))
		ix.More[0] = append(ix.More[0], int32((i+3)%o.Points), int32((i+5)%o.Points))
		ix.P = append(ix.P, 1, 0.5)
	}
	return ix, nil
}

// objectives are the terms as values, on 12 points, with their formulas by hand.
func objectives(x *mat.Dense, labels []int, p *affinity.Matrix) map[string]struct {
	of    Objective
	value func(z *mat.Dense) float64
} {
	n, _ := x.Dims()
	d2 := func(z *mat.Dense, i, j int) float64 { return affinity.Between(affinity.SquaredEuclidean, z, i, j) }
	q := func(z *mat.Dense, i, j int) float64 { return 1 / (1 + d2(z, i, j)) }
	student := affinity.Of{Kernel: affinity.Student{}}
	type entry = struct {
		of    Objective
		value func(z *mat.Dense) float64
	}
	return map[string]entry{
		"PairTerm": {PairTerm{Name: "far", Set: affinity.All{}, Out: student, Loss: loss.SumOfOdds, Weight: affinity.Fixed(3)},
			func(z *mat.Dense) (s float64) {
				for i := range n {
					for j := range n {
						if i != j {
							s += 3 / (1/q(z, i, j) + 1)
						}
					}
				}
				return s
			}},
		"TripletTerm": {TripletTerm{Set: triples{}, Out: student}, func(z *mat.Dense) (s float64) {
			for i := range n {
				s += 1 / (1 + q(z, i, (i+1)%n)/q(z, i, (i+3)%n))
				s += 0.5 / (1 + q(z, i, (i+2)%n)/q(z, i, (i+5)%n))
			}
			return s
		}},
		"InfoNCE": {InfoNCE{Out: student, Against: affinity.All{}}, func(z *mat.Dense) (s float64) {
			for i := range n {
				var rest float64
				for j := range n {
					if j != i {
						rest += q(z, i, j)
					}
				}
				for j, w := range p.Entries(i) {
					s -= w * math.Log(q(z, i, j)/(q(z, i, j)+rest))
				}
			}
			return s
		}},
		"MeanField": {MeanField{Out: student, Cells: 3, Noise: 40}, func(z *mat.Dense) (s float64) {
			for i := range n {
				rest := 40 * meanField(z, i)
				for j, w := range p.Entries(i) {
					s -= w * math.Log(q(z, i, j)/(q(z, i, j)+rest))
				}
			}
			return s
		}},
		"MeanField's repulsion": {MeanField{Out: student, Cells: 3}, func(z *mat.Dense) (s float64) {
			for i := range n {
				s += math.Log(meanField(z, i)) / float64(n)
			}
			return s
		}},
		"MeanField of one cell": {MeanField{Out: student, Cells: 1}, func(z *mat.Dense) (s float64) {
			for i := range n {
				m := 0.0
				for j := range n {
					if j != i {
						m += q(z, i, j) / float64(n-1)
					}
				}
				s += math.Log(m) / float64(n)
			}
			return s
		}},
		"ClassMeans": {ClassMeans{Weight: 0.7}, func(z *mat.Dense) (s float64) {
			for class := range 3 {
				mean, count := [2]float64{}, 0.0
				for i, l := range labels {
					if l == class {
						mean[0], mean[1], count = mean[0]+z.At(i, 0), mean[1]+z.At(i, 1), count+1
					}
				}
				for i, l := range labels {
					if l == class {
						s += 0.7 * (math.Pow(z.At(i, 0)-mean[0]/count, 2) + math.Pow(z.At(i, 1)-mean[1]/count, 2))
					}
				}
			}
			return s
		}},
		"Toward": {Toward{To: mat.NewDense(2, 2, []float64{1, 2, -3, 0}), Rows: []int{7, 2}, Weight: 0.5}, func(z *mat.Dense) float64 {
			sq := func(v float64) float64 { return v * v }
			return 0.5 * (sq(z.At(7, 0)-1) + sq(z.At(7, 1)-2) + sq(z.At(2, 0)+3) + sq(z.At(2, 1)))
		}},
		"HyperbolicNorms": {HyperbolicNorms{Weight: 2}, func(z *mat.Dense) (s float64) {
			square, mean := make([]float64, n), 0.0
			for i := range square {
				for c := range 4 {
					square[i] += math.Pow(x.At(i, c)-stat.Mean(mat.Col(nil, c, x), nil), 2)
				}
				mean += square[i] / float64(n)
			}
			for i := range square {
				r := math.Hypot(z.At(i, 0), z.At(i, 1))
				s += 2 * math.Pow(math.Pow(math.Acosh(1+2*r*r/(1-r*r)), 2)-square[i]/mean, 2) / float64(n)
			}
			return s
		}},
		"Density": {AffinityMatcher{
			In: affinity.Precomputed{P: p}, Out: student, Loss: loss.Times{By: 1e-9, Term: loss.SumOfQ},
			Extra: Density{Lambda: 2, Last: 1, VarShift: 0.1},
		}, func(z *mat.Dense) float64 {
			total, of, in, noise := 0.0, make([]float64, n), make([]float64, n), 0.0
			for i := range n {
				var s, w, sq, wq float64
				for j, v := range p.Entries(i) {
					s, w = s+v*d2(x, i, j), w+v
					sq, wq = sq+q(z, i, j)*d2(z, i, j), wq+q(z, i, j)
					noise += 1e-9 * q(z, i, j)
				}
				total += w
				of[i], in[i] = math.Log(1e-8+s/w), math.Log(1e-8+sq/wq)
			}
			mean, sd := stat.MeanStdDev(of, nil)
			variance := stat.Variance(in, nil) * float64(n-1) / float64(n)
			var cov float64
			for i := range n {
				cov += (of[i] - mean) / sd * (in[i] - stat.Mean(in, nil)) / float64(n-1)
			}
			return noise - 2*total*cov/math.Sqrt(variance+0.1)
		}},
	}
}

// meanField is m_i of MeanField for 3 cells, those of i%3, of the Student kernel: what blobs are.
func meanField(z *mat.Dense, i int) (m float64) {
	n, _ := z.Dims()
	for cell := range 3 {
		mean, count := [2]float64{}, 0.0
		for j := cell; j < n; j += 3 {
			mean[0], mean[1], count = mean[0]+z.At(j, 0), mean[1]+z.At(j, 1), count+1
			if cell == i%3 && j != i {
				m += 1 / (1 + affinity.Between(affinity.SquaredEuclidean, z, i, j))
			}
		}
		if cell != i%3 {
			m += count / (1 + math.Pow(z.At(i, 0)-mean[0]/count, 2) + math.Pow(z.At(i, 1)-mean[1]/count, 2))
		}
	}
	return m / float64(n-1)
}

// TestObjectivesEqualTheirFormulas, and their gradients the slopes of these.
func TestObjectivesEqualTheirFormulas(t *testing.T) {
	const n = 12
	x, labels := blobs(n), []int{0, 1, 2, 0, 1, 2, -1, 1, 2, 0, -1, 2}
	p, err := affinity.Compute(background, affinity.EntropicAffinity{Perplexity: 3, Symmetrize: true}, x)
	if err != nil {
		t.Fatal(err)
	}
	z := mat.NewDense(n, 2, nil)
	z.Apply(func(i, c int, _ float64) float64 { return 0.6 * math.Sin(float64(5*i+3*c+1)) }, z)
	for name, o := range objectives(x, labels, p) {
		problem := Problem{In: affinity.Precomputed{P: p}, Objective: o.of, Descent: Descent{Engine: Fused{Float64: true}}}
		e, err := problem.Evaluate(background, affinity.Data{Matrix: x, Labels: labels}, z)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		golden.Close(t, name, []float64{e.Loss}, []float64{o.value(z)}, 1e-7) // of Density: what keeps logarithms finite
		slopes := make([]float64, 2*n)
		for k := range slopes {
			at := func(by float64) float64 {
				moved := mat.DenseCopyOf(z)
				moved.RawMatrix().Data[k] += by
				return o.value(moved)
			}
			slopes[k] = (at(1e-5) - at(-1e-5)) / 2e-5
		}
		golden.Close(t, name+": gradient", e.Gradient.RawMatrix().Data, slopes, 1e-6)
	}
}

// TestClassifierIsItsFormula: log 3 a point at zero weights, whose slope in Z is zero; and it learns to part the classes.
func TestClassifierIsItsFormula(t *testing.T) {
	labels := make([]int, 30)
	for i := range labels {
		labels[i] = i % 3
	}
	labels[4] = -1
	m := umap(Descent{Steps: 200})
	m.Extra = Classifier{Weight: 1}
	res, err := m.Fit(background, affinity.Data{Matrix: blobs(30), Labels: labels})
	if err != nil {
		t.Fatal(err)
	}
	first, _ := res.History[0].Term("classifier")
	last, _ := res.History[199].Term("classifier")
	if math.Abs(first-29*math.Log(3)) > 1e-4 || !(last < first/2) {
		t.Errorf("classifier from %v to %v, want 29 log 3 = %v, and at most half of it", first, last, 29*math.Log(3))
	}
}

// TestDensityCountsInTheLastPartAlone, by its share of the loss in the history.
func TestDensityCountsInTheLastPartAlone(t *testing.T) {
	m := umap(Descent{Steps: 10})
	m.Extra = Density{Lambda: 2, Last: 0.3, VarShift: 0.1}
	res, err := m.Fit(background, blobs(30))
	if err != nil {
		t.Fatal(err)
	}
	for k, r := range res.History {
		sum := 0.0
		for _, term := range r.Terms {
			if term.Name != "density" {
				sum += term.Value
			}
		}
		if counts := math.Abs(r.Loss-sum) > 1e-3*math.Abs(sum); counts != (k >= 7) {
			t.Errorf("step %d: loss %v of terms %v", k, r.Loss, r.Terms)
		}
	}
}

// TestObjectivesSayWhatTheyWant: each fault by its field.
func TestObjectivesSayWhatTheyWant(t *testing.T) {
	x := blobs(12)
	student := affinity.Of{Kernel: affinity.Student{}}
	z := mat.NewDense(2, 2, nil)
	for want, o := range map[string]Objective{
		"models: PairTerm: Name":                  PairTerm{Set: affinity.All{}, Out: student, Loss: loss.SumOfQ},
		"models: PairTerm a: Set = nil":           PairTerm{Name: "a", Out: student, Loss: loss.SumOfQ},
		"models: TripletTerm: Set: ends = 2":      TripletTerm{Set: affinity.All{}, Out: student},
		"models: TripletTerm: Out = nil":          TripletTerm{Set: triples{}},
		"models: InfoNCE: Against = nil":          InfoNCE{Out: student},
		"models: MeanField: Out = nil":            MeanField{Cells: 2},
		"models: MeanField: Cells = -1":           MeanField{Out: student, Cells: -1},
		"models: MeanField: Own = -1":             MeanField{Out: student, Own: -1},
		"models: MeanField: Noise = NaN":          MeanField{Out: student, Noise: math.NaN()},
		"models: MeanField: Cells 0: ":            MeanField{Out: student},
		"models: Density: Q = none":               Density{},
		"models: Density: Last = 2":               Density{Last: 2},
		"models: ClassMeans: Weight = 0":          ClassMeans{},
		"labels = none":                           Classifier{Weight: 1},
		"models: Toward: To = nil":                Toward{Weight: 1},
		"models: Toward: To: rows = 2, want 12":   Toward{To: z, Weight: 1},
		"models: Toward: Rows[1] = 3":             Toward{To: z, Rows: []int{3, 3}, Weight: 1},
		"models: Toward: To: columns = 3, want 2": Toward{To: mat.NewDense(12, 3, nil), Weight: 1},
		"models: HyperbolicNorms: Weight = 0":     HyperbolicNorms{},
		"models: Terms[0] = nil":                  Terms{nil},
	} {
		in := affinity.EntropicAffinity{Perplexity: 3}
		_, err := Problem{In: in, Objective: o, Descent: Descent{Steps: 1}}.Fit(background, x)
		if err == nil || !strings.Contains(fmt.Sprint(err), want) {
			t.Errorf("%v, want an error that says %s", err, want)
		}
	}
}
