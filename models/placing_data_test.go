package models

import (
	"cmp"
	"slices"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"

	"gonum.org/v1/gonum/mat"
)

// TestNewDigitsScoreAsInAJointFit: a fifth of the digits, placed by a model of the others, has the class of its neighbors
// among these as often, but for .01, and neighbors that are as true, but for .005, as where all were fitted together.
func TestNewDigitsScoreAsInAJointFit(t *testing.T) {
	if testing.Short() || raced {
		t.Skip("ten fits of the digits")
	}
	x, labels := labeledDigits(t)
	n, p := x.Dims()
	old, fresh := mat.NewDense(n-n/5, p, nil), mat.NewDense(n/5, p, nil)
	for i := range n {
		if i%5 == 2 && i/5 < n/5 {
			fresh.SetRow(i/5, x.RawRowView(i))
		} else {
			old.SetRow(i-placedBefore(i, n), x.RawRowView(i))
		}
	}
	rank := map[int][]int{} // of all rows by their distance from a new one
	for i := 2; i/5 < n/5; i += 5 {
		rank[i] = make([]int, n)
		for r, j := range byDistance(x, i) {
			rank[i][j] = r
		}
	}
	own := UMAPLearn()
	own.Out = affinity.Odds{Kernel: affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Sqrt().Mul(-0.5) })}
	own.Attraction = loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Mul(logQ.Neg().Sqrt()) })
	for name, m := range map[string]method{
		"UMAPLearn": UMAPLearn(), "TSNE": TSNE(), "LargeVis": LargeVis(), "PaCMAP": PaCMAP(), "own": own,
	} {
		joint, err := m.Fit(background, x)
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Fit(background, old)
		if err != nil {
			t.Fatal(err)
		}
		z, err := r.Model.Transform(background, fresh)
		if err != nil {
			t.Fatal(err)
		}
		all := mat.NewDense(n, 2, nil)
		for i := range n {
			if i%5 == 2 && i/5 < n/5 {
				all.SetRow(i, z.RawRowView(i/5))
			} else {
				all.SetRow(i, r.Embedding.RawRowView(i-placedBefore(i, n)))
			}
		}
		class, trust := ofNewRows(rank, all, labels)
		jointClass, jointTrust := ofNewRows(rank, joint.Embedding, labels)
		t.Logf("%s: class %.4f, jointly %.4f; trustworthiness %.4f, jointly %.4f", name, class, jointClass, trust, jointTrust)
		if class < jointClass-0.01 || trust < jointTrust-0.005 {
			t.Errorf("%s: class %.4f, jointly %.4f; trustworthiness %.4f, jointly %.4f", name, class, jointClass, trust, jointTrust)
		}
	}
}

// placedBefore is how many of the rows before i are new.
func placedBefore(i, n int) int { return min((i+2)/5, n/5) }

// ofNewRows are the share of every fifth row whose class most of its 10 nearest others in z have, and the trustworthiness of
// its 15 nearest of all.
func ofNewRows(rank map[int][]int, z *mat.Dense, labels []int) (class, trust float64) {
	const k, near = 15, 10
	n, _ := z.Dims()
	count, right, off := 0, 0, 0.0
	for i, rank := range rank {
		order := byDistance(z, i)
		for _, j := range order[1 : k+1] {
			off += float64(max(0, rank[j]-k)) // whole numbers: in any order
		}
		votes, best, asked := map[int]int{}, -1, 0
		for _, j := range order[1:] {
			if j%5 == 2 && j/5 < n/5 {
				continue
			}
			votes[labels[j]]++
			if best < 0 || votes[labels[j]] > votes[best] {
				best = labels[j]
			}
			if asked++; asked == near {
				break
			}
		}
		if best == labels[i] {
			right++
		}
		count++
	}
	m := float64(count)
	return float64(right) / m, 1 - 2/(m*k*float64(2*n-3*k-1))*off
}

// byDistance are all rows by their distance from row i, which is the first.
func byDistance(m *mat.Dense, i int) []int {
	n, _ := m.Dims()
	d, order := make([]float64, n), make([]int, n)
	for j := range n {
		d[j], order[j] = affinity.SquaredEuclidean.Between(m.RawRowView(i), m.RawRowView(j)), j
	}
	d[i] = -1
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(d[a], d[b]) })
	return order
}
