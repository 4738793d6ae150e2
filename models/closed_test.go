package models

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// principal are the scores by gonum's singular value decomposition, each with its largest entry positive.
func principal(t *testing.T, x *mat.Dense, d int) *mat.Dense {
	t.Helper()
	n, p := x.Dims()
	centered := mat.DenseCopyOf(x)
	for c := range p {
		mean := mat.Sum(x.ColView(c)) / float64(n)
		for i := range n {
			centered.Set(i, c, x.At(i, c)-mean)
		}
	}
	var svd mat.SVD
	if !svd.Factorize(centered, mat.SVDThin) {
		t.Fatal("no decomposition")
	}
	var u mat.Dense
	svd.UTo(&u)
	z := mat.NewDense(n, d, nil)
	for k := range d {
		for i := range n {
			z.Set(i, k, u.At(i, k)*svd.Values(nil)[k])
		}
	}
	signs(z)
	return z
}

// mappedBy is the embedding of a closed form, with the signs of the largest entries.
func mappedBy(t *testing.T, m ClosedForm, x mat.Matrix) *Result {
	t.Helper()
	r, err := m.Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != Computed || r.History != nil {
		t.Errorf("%v after %d records, want a closed form's: computed, without history", r.Status, len(r.History))
	}
	signs(r.Embedding)
	return r
}

// TestFourWaysToPrincipalComponents: PCA, in blocks that keep all components, as classical scaling of Euclidean distances
// and as kernel PCA of scalar products.
func TestFourWaysToPrincipalComponents(t *testing.T) {
	x := cloud(90, 7, (*rand.Rand).NormFloat64)
	x.Apply(func(_, c int, v float64) float64 { return v*float64(9-c) + 100*float64(c) }, x)
	want := principal(t, x, 3)
	for name, m := range map[string]ClosedForm{
		"PCA": {Map: PCA{}}, "blocks of 1": {Map: IncrementalPCA{Block: 1, Keep: 7}}, "blocks of 40": {Map: IncrementalPCA{Block: 40}},
		"classical scaling": {Map: ClassicalMDS{}},
		"of a P":            {In: affinity.OnData{Output: affinity.Distance{Negated: true}}, Map: ClassicalMDS{OfP: true}},
		"kernel":            {In: affinity.OnData{Output: affinity.ScalarProduct{}, Diagonal: true}, Map: KernelPCA{}},
	} {
		m.Dim = 3
		golden.Close(t, name, mappedBy(t, m, x).Embedding.RawMatrix().Data, want.RawMatrix().Data, 1e-7)
	}
}

// TestIncrementalComponentsMergeAsTheFormulaSays: that of the singular value decomposition of the old components, the new
// rows and the distance of the means, by gonum, with fewer components than the data have.
func TestIncrementalComponentsMergeAsTheFormulaSays(t *testing.T) {
	const p, keep = 6, 2
	x := cloud(50, p, (*rand.Rand).NormFloat64)
	c := Components{Dim: keep}
	var axes *mat.Dense
	var values, mean []float64
	seen := 0
	for _, hi := range []int{20, 23, 50} {
		block := x.Slice(seen, hi, 0, p).(*mat.Dense)
		if err := c.Add(block); err != nil {
			t.Fatal(err)
		}
		m := hi - seen
		own := make([]float64, p)
		for k := range p {
			own[k] = mat.Sum(block.ColView(k)) / float64(m)
		}
		stack := mat.NewDense(keep+m+1, p, nil)
		for i := range m {
			for k := range p {
				stack.Set(keep+i, k, block.At(i, k)-own[k])
			}
		}
		if axes != nil {
			for k := range p {
				for r := range keep {
					stack.Set(r, k, values[r]*axes.At(k, r))
				}
				stack.Set(keep+m, k, math.Sqrt(float64(seen*m)/float64(seen+m))*(mean[k]-own[k]))
				own[k] = (mean[k]*float64(seen) + own[k]*float64(m)) / float64(seen+m)
			}
		}
		var svd mat.SVD
		svd.Factorize(stack, mat.SVDThin)
		axes = &mat.Dense{}
		svd.VTo(axes)
		values, mean, seen = svd.Values(nil)[:keep], own, hi
		golden.Close(t, "singular values", c.Singular, values, 1e-10)
		golden.Close(t, "means", c.Mean, mean, 1e-12)
		for r, axis := range c.Axes {
			golden.Close(t, "angle", []float64{math.Abs(mat.Dot(mat.NewVecDense(p, axis), axes.ColView(r)))}, []float64{1}, 1e-10)
		}
	}
	if c.Rows != 50 {
		t.Errorf("%d rows, want 50", c.Rows)
	}
	if err := c.Add(mat.NewDense(2, 5, nil)); err == nil || !strings.Contains(err.Error(), "columns = 5, want 6, as before") {
		t.Errorf("another number of columns: %v", err)
	}
}

// TestIsomapUnrollsASpiral: points on a curve come to lie at the lengths along it.
func TestIsomapUnrollsASpiral(t *testing.T) {
	const n = 60
	x, along := mat.NewDense(n, 2, nil), make([]float64, n)
	for i := range n {
		a := 2 + 8*float64(i)/n
		x.SetRow(i, []float64{a * math.Cos(a), a * math.Sin(a)})
		if i > 0 {
			along[i] = along[i-1] + affinity.Between(affinity.Euclidean, x, i-1, i)
		}
	}
	r := mappedBy(t, ClosedForm{Map: Isomap{Neighbors: 2}}, x)
	z := mat.Col(nil, 0, r.Embedding)
	if z[0] > z[n-1] {
		for i := range z {
			z[i] = -z[i]
		}
	}
	first := z[0]
	for i := range z {
		z[i] -= first
	}
	golden.Close(t, "length along the spiral", z, along, 0.02) // near its ends, the second neighbors are two steps off
}

// TestIsomapJoinsComponents by their shortest edges, and says so.
func TestIsomapJoinsComponents(t *testing.T) {
	x := mat.NewDense(12, 1, nil)
	for i := range 12 {
		x.Set(i, 0, float64(i)+50*float64(i/4)) // three groups of four
	}
	r := mappedBy(t, ClosedForm{Map: Isomap{Neighbors: 2}, Dim: 1}, x)
	if !strings.Contains(fmt.Sprint(r.Notes), "several components: 3 edges join them") {
		t.Errorf("notes %q", r.Notes)
	}
	want := mappedBy(t, ClosedForm{Map: PCA{}, Dim: 1}, x) // on a line the ways are the distances
	golden.Close(t, "the line", r.Embedding.RawMatrix().Data, want.Embedding.RawMatrix().Data, 1e-9)
}

// TestEigenmapsAreEigenvectorsOfTheWalk: M psi = mu psi, of weighted mean square 1, apart from each other and from the
// constant; a diffusion map is these times mu^t, of W without its densities.
func TestEigenmapsAreEigenvectorsOfTheWalk(t *testing.T) {
	x := blobs(40)
	x.Apply(func(i, _ int, v float64) float64 { return v + 2*math.Sin(float64(i)) }, x)
	for _, alpha := range []float64{0, 1} {
		in := affinity.HeatKernel{Scale: 0.5}
		p, err := affinity.Compute(background, in, x)
		if err != nil {
			t.Fatal(err)
		}
		const n = 40
		w, q := mat.NewDense(n, n, nil), make([]float64, n)
		for i := range n {
			for j := range n {
				if i != j {
					w.Set(i, j, p.At(i, j))
					q[i] += p.At(i, j)
				}
			}
		}
		degree, total := make([]float64, n), 0.0
		w.Apply(func(i, j int, v float64) float64 { return v / math.Pow(q[i]*q[j], alpha) }, w)
		for i := range n {
			degree[i] = mat.Sum(w.RowView(i))
			total += degree[i]
		}
		still := mappedBy(t, ClosedForm{In: in, Map: Eigenmaps{Alpha: alpha}, Dim: 3}, x).Embedding
		moved := mappedBy(t, ClosedForm{In: in, Map: Eigenmaps{Alpha: alpha, Time: 2.5}, Dim: 3}, x).Embedding
		before := 1.0
		for k := range 3 {
			psi := mat.Col(nil, k, still)
			var walked mat.VecDense
			walked.MulVec(w, mat.NewVecDense(n, psi))
			var mu, square, constant float64
			for i := range n {
				walked.SetVec(i, walked.AtVec(i)/degree[i])
				square += psi[i] * psi[i] * degree[i] / total
				constant += psi[i] * degree[i] / total
				mu += psi[i] * walked.AtVec(i) * degree[i] / total
			}
			if math.Abs(square-1) > 1e-9 || math.Abs(constant) > 1e-9 || mu > before+1e-12 {
				t.Errorf("alpha %v, column %d: mean square %v, mean %v, value %v after %v", alpha, k, square, constant, mu, before)
			}
			before = mu
			want, far := make([]float64, n), make([]float64, n)
			for i := range n {
				want[i], far[i] = mu*psi[i], math.Pow(mu, 2.5)*psi[i]
			}
			golden.Close(t, "M psi", walked.RawVector().Data, want, 1e-9)
			golden.Close(t, "diffused", mat.Col(nil, k, moved), far, 1e-9)
		}
	}
}

// closedForms are all of them, for few points.
func closedForms(n int) map[string]ClosedForm {
	eigenmaps, diffusion := LaplacianEigenmaps(), DiffusionMap()
	eigenmaps.In = affinity.UniformAffinity{Neighbors: min(15, n-1), Symmetrize: true}
	diffusion.In = affinity.EntropicAffinity{Perplexity: math.Min(30, 1.3+float64(n-2)/3), Symmetrize: true}
	return map[string]ClosedForm{
		"PCA": PrincipalComponents(), "incremental": IncrementalComponents(), "kernel": KernelComponents(),
		"classical": ClassicalScaling(), "Isomap": {Map: Isomap{Neighbors: min(5, n-1)}}, "eigenmaps": eigenmaps, "diffusion": diffusion,
	}
}

// TestClosedFormsStandAnyData: of 2 points on, with repeated rows, of low rank, of any scale: coordinates, or an error that
// says what to do.
func TestClosedFormsStandAnyData(t *testing.T) {
	for _, n := range []int{2, 3, 5, 30} {
		for kind, data := range awkward {
			for name, m := range closedForms(n) {
				r, err := m.Fit(background, data(n))
				switch {
				case err != nil && !strings.Contains(err.Error(), "rescale X"):
					t.Errorf("%s, %s, %d points: %v", name, kind, n, err)
				case err == nil && finite("embedding", r.Embedding) != nil:
					t.Errorf("%s, %s, %d points: %v", name, kind, n, finite("embedding", r.Embedding))
				}
			}
		}
	}
}

// TestClosedFormsAreStarts of the other methods.
func TestClosedFormsAreStarts(t *testing.T) {
	x := blobs(30)
	for _, start := range []Initializer{KernelPCA{}, ClassicalMDS{}, Isomap{}, Eigenmaps{}, IncrementalPCA{}} {
		m := TSNE()
		m.In, m.Init, m.Steps = affinity.EntropicAffinity{Perplexity: 5, Symmetrize: true}, start, 3
		if _, ok := start.(KernelPCA); ok {
			m.In = affinity.HeatKernel{}
		}
		res, err := m.Fit(background, x)
		if err != nil || len(res.History) != 3 {
			t.Errorf("%T: %v", start, err)
		}
	}
	m := MDS()
	m.Steps = 1
	r, err := m.Start(background, x)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close() //nolint:errcheck // it holds memory only
	want := mappedBy(t, ClassicalScaling(), x).Embedding
	golden.Close(t, "start in the scale of the data", r.Embedding().RawMatrix().Data, want.RawMatrix().Data, 1e-9)
}

// TestClosedFormsSayWhatTheyWant: each fault by its field.
func TestClosedFormsSayWhatTheyWant(t *testing.T) {
	x := blobs(20)
	gone, cancel := context.WithCancel(background)
	cancel()
	if _, err := Geodesics().Fit(gone, x); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	for want, m := range map[string]ClosedForm{
		"models: Map = nil":          {},
		"models: Dim = -1":           {Map: PCA{}, Dim: -1},
		"KernelPCA: P = sparse":      {Map: KernelPCA{}, In: affinity.UniformAffinity{Neighbors: 3}},
		"KernelPCA: P = asymmetric":  {Map: KernelPCA{}, In: affinity.EntropicAffinity{Perplexity: 5, Dense: true, Diagonal: true}},
		"Eigenmaps: P = nil":         {Map: Eigenmaps{}},
		"Eigenmaps: Alpha = 2":       {Map: Eigenmaps{Alpha: 2}},
		"ClassicalMDS: P = sparse":   {Map: ClassicalMDS{OfP: true}},
		"IncrementalPCA: Block = -3": {Map: IncrementalPCA{Block: -3}},
		"Isomap: Neighbors = -1":     {Map: Isomap{Neighbors: -1}},
		"MemoryLimit = -1":           {Map: PCA{}, MemoryLimit: -1},
		"models: MappingFunc: Z = nil, want a matrix": {Map: MappingFunc(func(context.Context, mat.Matrix, *affinity.Matrix, int, uint64) (*mat.Dense, string, error) {
			return nil, "", nil
		})},
		"(MemoryLimit)": {Map: Isomap{}, MemoryLimit: 1000},
	} {
		if _, err := m.Fit(background, x); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want an error that says %s", err, want)
		}
	}
}
