package knn

import (
	"context"

	"affmatch/internal/fault"
)

// Method is how neighbors are looked for.
type Method int

const (
	// Auto is Exactly while n^2 (Dim+30) is at most 1e11 (11,000 rows of 784 columns, 35,000 of 50: a second or two of
	// CPU time with AVX-512), and for Angular and Own of any size; Approximate beyond.
	Auto Method = iota
	// Exactly is Exact's search of all pairs.
	Exactly
	// Approximate is a random-projection forest and neighbor descent, which find most but not all: see Index.Recall.
	// It searches in float32: float64 rows are told apart down to 1e-7 of their distance from the mean row. Own must
	// be symmetric. It is not for Angular: two rows of large inner products with a third need not have one
	// with each other.
	Approximate
)

const autoWork = 1e11

// BuildOptions says how an index is built.
type BuildOptions struct {
	Options
	K      int // neighbors a row: 1 to n-1, or to n with Self
	Method Method
	Seed   uint64 // of the approximate search: same seed, same neighbors

	// The effort of the approximate search: more is slower and finds more.
	Trees      int // 0: 16, or fewer for a large K, but at least 8. Trees of the forest
	Candidates int // 0: 60. How many new candidates a round joins at each row, and how many old ones
	Rounds     int // 0: 30. Rounds of descent, which ends earlier once less than 1 % of the entries are new

	// Recall is the share that the search goes on for until a sample of rows tells that it has found it. 0: 0.99, but no more
	// than the effort above. 1: Exactly.
	Recall float64
	Sample int // of how many rows; 0: 200

	Finder Finder // in the place of the Method, see there; nil: none. The same neighbors again are its own promise
}

func (o BuildOptions) check(n int) error {
	switch {
	case o.Method < Auto || o.Method > Approximate:
		return fault.Field("knn: Method", int(o.Method), "Auto, Exactly or Approximate")
	case o.Method == Approximate && o.Own == nil && o.Metric == Angular:
		return fault.Field("knn: Method", "Approximate", "Exactly for the metric angular, or the metric cosine")
	case o.Trees < 0:
		return fault.Field("knn: Trees", o.Trees, "0 (16 trees) or more")
	case o.Candidates < 0:
		return fault.Field("knn: Candidates", o.Candidates, "0 (60 of each kind) or more")
	case o.Rounds < 0:
		return fault.Field("knn: Rounds", o.Rounds, "0 (30 rounds) or more")
	case !(o.Recall >= 0 && o.Recall <= 1):
		return fault.Field("knn: Recall", o.Recall, "0 to 1")
	case o.Sample < 0:
		return fault.Field("knn: Sample", o.Sample, "0 (200 rows) or more")
	}
	if err := o.Options.check(); err != nil {
		return err
	}
	if o.Finder != nil {
		if err := o.checkFinder(); err != nil {
			return err
		}
	}
	return o.checkK(o.K, n)
}

// approximate says which method it is for n rows of dim columns.
func (o BuildOptions) approximate(n, dim int) bool {
	if o.Recall == 1 || o.Finder != nil {
		return false
	}
	if o.Method == Auto {
		return o.Own == nil && o.Metric != Angular && float64(n)*float64(n)*float64(dim+30) > autoWork
	}
	return o.Method == Approximate
}

// Index answers for the neighbors of its rows (Neighbors) and of others (Query). It may be used from several
// goroutines at once.
type Index struct {
	options BuildOptions
	x       Rows
	found   *Neighbors
	graph   *graph   // nil where the search was exact
	by      *foundBy // nil where there is no Finder
	truth   truth
}

// graph is what an approximate index is searched by.
type graph struct {
	*frame
	*points
	forest []tree
	width  int
	near   []int32 // row i's neighbors in the descent: width of them at i*width
}

func (g *graph) list(i int32) []int32 { return g.near[int(i)*g.width : (int(i)+1)*g.width] }

// Build finds the K nearest of every row of x. The index goes on reading x, which must not change. Errors are those
// of Exact.
func Build(ctx context.Context, x Rows, o BuildOptions) (*Index, error) {
	if err := check("knn: x", x); err != nil {
		return nil, err
	}
	if err := o.check(x.N); err != nil {
		return nil, err
	}
	ix := &Index{options: o, x: x}
	var err error
	switch {
	case o.Finder != nil:
		err = ix.find(ctx)
	case o.approximate(x.N, x.Dim):
		err = ix.descend(ctx)
	default:
		ix.found, err = nearest(ctx, x, o.K, o.Options)
	}
	if err != nil {
		return nil, err
	}
	return ix, nil
}

// Approximate says that neighbors may be missed: Recall tells how many.
func (ix *Index) Approximate() bool { return ix.graph != nil || ix.by != nil }

// Neighbors is what was found for the rows of the index, in Exact's form.
func (ix *Index) Neighbors() *Neighbors { return ix.found }
