package affinity

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"testing"

	"affmatch/internal/golden"

	"gonum.org/v1/gonum/mat"
)

// around is how many evaluations of all rows the reference spends beside its repairs and steps.
const around = 7

func TestGoldenEntropicAffinityEqualsTheReference(t *testing.T) {
	var file struct {
		Cases []struct {
			Params          params
			Begin, End, Eps golden.Vector
			Evals           int `json:"f_evals"`
			Indices         [][]int32
			P               golden.Matrix
		}
	}
	golden.Load(t, "aff_entropic", &file)
	x := points(load(t).X)
	for _, c := range file.Cases {
		a := EntropicAffinity{
			Perplexity: c.Params.Perplexity, Dense: !c.Params.Sparsity, Diagonal: !c.Params.ZeroDiag,
			Metric: c.Params.metric(t), Tolerance: c.Params.Tol, MaxSteps: c.Params.MaxIter,
		}
		what := fmt.Sprintf("%+v", a)
		p, found, err := entropic(a, x)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		closeTo(t, what, p, c.P, c.Indices, 1e-10)
		golden.Close(t, what+": begin", found.begin, c.Begin, 1e-12)
		golden.Close(t, what+": end", found.end, c.End, 1e-12)
		golden.Close(t, what+": eps", found.width, c.Eps, 1e-10)
		if evals := found.Repairs + found.Steps + around; evals != c.Evals || p.Report.Unconverged != 0 {
			t.Errorf("%s: %d evaluations, want the reference's %d; %v", what, evals, c.Evals, p.Report)
		}
		if c.Params.Tol > 1e-13 {
			continue
		}
		a.Exact, a.Tolerance, a.MaxSteps = true, 0, 0
		if p, found, err = entropic(a, x); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		closeTo(t, what+", exact", p, c.P, c.Indices, 1e-10)
		golden.Close(t, what+", exact: eps", found.width, c.Eps, 1e-10)
	}
}

func TestGoldenUMAPAffinityInEqualsTheReference(t *testing.T) {
	var file struct {
		Cases []struct {
			Params     params
			Rho, Sigma golden.Vector
			Evals      int `json:"f_evals"`
			Indices    [][]int32
			P          golden.Matrix
		}
		FuzzyUnion struct{ P golden.Matrix } `json:"fuzzy_union"`
	}
	golden.Load(t, "aff_umap_in", &file)
	x := points(load(t).X)
	for _, c := range file.Cases {
		a := UMAPAffinityIn{
			Neighbors: c.Params.Neighbors, Dense: !c.Params.Sparsity,
			Metric: c.Params.metric(t), Tolerance: c.Params.Tol, MaxSteps: c.Params.MaxIter,
		}
		what := fmt.Sprintf("%+v", a)
		p, rho, found, err := umapIn(a, x)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		closeTo(t, what, p, c.P, c.Indices, 1e-10)
		golden.Close(t, what+": rho", rho, c.Rho, 1e-10)
		golden.Close(t, what+": sigma", found.width, c.Sigma, 1e-10)
		if evals := found.Repairs + found.Steps + around; evals != c.Evals || p.Report.Unconverged != 0 {
			t.Errorf("%s: %d evaluations, want the reference's %d; %v", what, evals, c.Evals, p.Report)
		}
		if c.Params.Tol > 1e-13 {
			continue
		}
		a.Exact, a.Tolerance, a.MaxSteps = true, 0, 0
		if p, _, found, err = umapIn(a, x); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		closeTo(t, what+", exact", p, c.P, c.Indices, 1e-10)
		golden.Close(t, what+", exact: sigma", found.width, c.Sigma, 1e-10)
	}
	p, err := Compute(context.Background(), UMAPAffinityIn{Neighbors: 5, Exact: true, Symmetrize: true}, x)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "fuzzy union", p, file.FuzzyUnion.P, nil, 1e-10)
}

func TestGoldenUMAPAffinityInEqualsTheReferencesLaterForm(t *testing.T) {
	var file struct {
		Cases []struct {
			Affinity string
			Params   params
			Indices  [][]int32
			P        golden.Matrix
		}
	}
	golden.Load(t, "head_affinities", &file)
	x := points(load(t).X)
	for _, c := range file.Cases {
		if c.Affinity != "UMAPAffinity(HEAD)" {
			if !slices.Contains(elsewhere, c.Affinity) {
				t.Errorf("no affinity for the golden case %s", c.Affinity)
			}
			continue
		}
		a := UMAPAffinityIn{Neighbors: c.Params.Neighbors, Dense: !c.Params.Sparsity, Symmetrize: c.Params.Symmetrize, Base2: true, Exact: true}
		p, err := Compute(context.Background(), a, x)
		if err != nil {
			t.Fatal(err)
		}
		closeTo(t, fmt.Sprintf("%+v", a), p, c.P, c.Indices, 1e-6) // its bisection stops there
	}
}

func TestGoldenInputAffinitiesOfRealCellsEqualTheReference(t *testing.T) {
	var file struct {
		UMAP        golden.Matrix `json:"umap_P"`
		UMAPTails   [][]int32     `json:"umap_idx"`
		Rho         golden.Vector `json:"umap_rho"`
		Sigma       golden.Vector `json:"umap_sigma"`
		Entropic    golden.Matrix `json:"entropic_P"`
		EntropicIdx [][]int32     `json:"entropic_idx"`
		Eps         golden.Vector `json:"entropic_eps"`
		Total       float64       `json:"umap_total"`
	}
	golden.Load(t, "snare_affinities", &file)
	x := golden.Cells(t, 0)
	u := UMAPAffinityIn{Tolerance: 1e-3, MaxSteps: 100}
	p, rho, sigma, err := umapIn(u, x)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "UMAPAffinityIn", p, file.UMAP, file.UMAPTails, 1e-10)
	golden.Close(t, "rho", rho, file.Rho, 1e-10)
	golden.Close(t, "sigma", sigma.width, file.Sigma, 1e-10)
	total := 0.0
	for _, v := range p.Values {
		total += v
	}
	golden.Close(t, "total", []float64{total}, []float64{file.Total}, 1e-10)

	q, eps, err := entropic(EntropicAffinity{MaxSteps: 100}, x)
	if err != nil {
		t.Fatal(err)
	}
	closeTo(t, "EntropicAffinity", q, file.Entropic, file.EntropicIdx, 1e-10)
	golden.Close(t, "eps", eps.width, file.Eps, 1e-10)
	t.Logf("UMAPAffinityIn: %v, %d steps; EntropicAffinity: %v, %d steps", p.Report, sigma.Steps, q.Report, eps.Steps)
}

func TestGoldenUMAPAffinityInEqualsUMAPLearn(t *testing.T) {
	var file struct {
		Cases []struct {
			Input        string
			Neighbors    float64 `json:"n_neighbors"`
			Connectivity float64 `json:"local_connectivity"`
			Mix          float64 `json:"set_op_mix_ratio"`
			P            golden.Matrix
			Sigma, Rho   golden.Vector
		}
	}
	golden.Load(t, "umap_learn", &file)
	x := points(load(t).X)
	twins := mat.DenseCopyOf(x)
	twins.SetRow(7, x.RawRowView(3))
	twins.SetRow(11, x.RawRowView(3))
	twins.SetRow(12, x.RawRowView(20))
	for i := 31; i < 37; i++ {
		twins.SetRow(i, x.RawRowView(30))
	}
	for _, c := range file.Cases {
		a := umapLearn(c.Neighbors)
		a.LocalConnectivity, a.Intersection, a.Exact = c.Connectivity, 1-c.Mix, true
		what := fmt.Sprintf("%s %+v", c.Input, a)
		x := map[string]*mat.Dense{"X": x, "D": twins}[c.Input]
		a.Search.Known = inOrder(t, x, a.Metric, int(c.Neighbors)-1)
		p, rho, sigma, err := umapIn(a, x)
		if err != nil {
			t.Fatal(err)
		}
		// umap-learn computes in float32, and searches within 1e-5 of the row's sum.
		closeTo(t, what, p, c.P, nil, 1e-4)
		golden.Close(t, what+": rho", rho, c.Rho, 1e-6)
		golden.Close(t, what+": sigma", sigma.width, c.Sigma, 1e-4)
	}
}

func TestGoldenFuzzySetsEqualUMAPLearn(t *testing.T) {
	var file struct {
		Cases []struct {
			Union, Reset bool
			Weight       float64
			P            golden.Matrix
		}
	}
	golden.Load(t, "umap_sets", &file)
	x := points(load(t).X)
	left, right := umapLearn(10), umapLearn(5)
	left.Exact, right.Exact = true, true
	left.Search.Known = inOrder(t, x, Euclidean, 9)
	right.Search.Known = inOrder(t, mat.DenseCopyOf(x.Slice(0, 40, 0, 2)), Euclidean, 4)
	for _, c := range file.Cases {
		k := 0.0
		if c.Reset {
			k = 15
		}
		var in Input = Intersection{Left: left, Right: right, Weight: c.Weight, Neighbors: k}
		if c.Union {
			in = Union{Left: left, Right: right, Neighbors: k}
		}
		f, err := Fit(context.Background(), in, x)
		if err != nil {
			t.Fatal(err)
		}
		// float32, and searches that end within 1e-5 of the rows' sums: of powers of small values, too.
		closeTo(t, fmt.Sprintf("union %v, weight %v, reset %v", c.Union, c.Weight, c.Reset), f.P, c.P, nil, 2e-4)
	}
}

// inOrder are the k nearest with ties in the order of the rows, which the reference's P of equal rows depends on. (A search
// of ours breaks ties as good as at random, lest the first rows be everybody's neighbors.)
func inOrder(t *testing.T, x mat.Matrix, m DataMetric, k int) Neighbors {
	t.Helper()
	all := distancesOf(t, x, m)
	near := Neighbors{K: k}
	for i := range all.points() {
		var order []int32
		for j := range all.points() {
			if j != i {
				order = append(order, int32(j))
			}
		}
		slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(all.C.At(i, int(a)), all.C.At(i, int(b))) })
		for _, j := range order[:k] {
			near.Index, near.Dist = append(near.Index, j), append(near.Dist, all.C.At(i, int(j)))
		}
	}
	return near
}

func entropic(a EntropicAffinity, x mat.Matrix) (*Matrix, *bandwidths, error) {
	f, found, err := a.fit(context.Background(), x)
	if err != nil {
		return nil, nil, err
	}
	return f.P, found, nil
}

func umapIn(a UMAPAffinityIn, x mat.Matrix) (*Matrix, []float64, *bandwidths, error) {
	f, found, err := a.fit(context.Background(), x)
	if err != nil {
		return nil, nil, nil, err
	}
	return f.P, f.Rho, found, nil
}
