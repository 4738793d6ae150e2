package vec

// Float is the precision of a set.
type Float interface{ float32 | float64 }

// Set is one implementation of every routine. The length of dst says how many lanes are computed; every other lane slice
// is at least as long. dst may be exactly the same memory as one of the inputs; it never overlaps one partially. Indices
// are in range: no routine checks them. Slices of row starts are one longer than the number of rows and ascend.
//
// The value of a lane depends on that lane's inputs only, never on its place or on the length of the tile; a reduction
// depends on the values and their number only. So the way a caller cuts its data into tiles does not change an entry.
type Set[T Float] struct {
	Name string // "avx512", "avx2" or "go"

	// Entry by entry, of one input. Results of Exp, Sigmoid, Softplus and Pow below the smallest normal number are zero.
	Neg, Abs    func(dst, a []T)
	Sign        func(dst, a []T) // -1, 0, 1; NaN stays
	Square      func(dst, a []T)
	Sqrt, Rsqrt func(dst, a []T) // a^(1/2), a^(-1/2)
	Inv         func(dst, a []T) // 1/a
	Exp, Expm1  func(dst, a []T) // e^a, e^a - 1
	Log, Log1p  func(dst, a []T) // ln a, ln(1+a)
	Sigmoid     func(dst, a []T) // 1/(1+e^-a)
	Tanh        func(dst, a []T)
	Softplus    func(dst, a []T) // ln(1+e^a)
	Sin, Cos    func(dst, a []T)
	Ceil, Floor func(dst, a []T)

	// Entry by entry, of two inputs. Max and Min are NaN where either input is. Comparisons give 0 or 1. Pow has math.Pow's
	// special cases.
	Add, Sub, Mul, Div       func(dst, a, b []T)
	Max, Min                 func(dst, a, b []T)
	Pow                      func(dst, a, b []T)
	Gt, Gte, Lt, Lte, Eq, Ne func(dst, a, b []T)

	// Entry by entry, with scalars or three inputs.
	PowC     func(dst, a []T, c T)        // a^c
	Affine   func(dst, a []T, s, t T)     // s*a + t
	FMA      func(dst, a, b, c []T)       // a*b + c
	FNMA     func(dst, a, b, c []T)       // c - a*b
	FMAS     func(dst, a, b []T, t T)     // a*b + t
	AXPY     func(dst, a []T, s T, c []T) // s*a + c
	ScaleMul func(dst, a, b []T, s T)     // s*a*b
	Fill     func(dst []T, s T)

	// Reductions. Sums are added up in float64 in both precisions.
	Sum          func(a []T) float64
	Dot          func(a, b []T) float64
	SumExp       func(a []T, m T) float64 // sum of exp(a-m)
	MaxOf, MinOf func(a []T) T            // NaN if any entry is; -Inf, +Inf if there is none
	NonFinite    func(a []T) T            // NaN if any entry is infinite or NaN, else 0

	// Rows: row r is the lanes start[r] to start[r+1], r < len(dst) (of SegFill: r < len(v)). An empty row sums to 0 and has
	// the maximum -Inf.
	SegSum  func(dst []T, start []int32, a []T)
	SegMax  func(dst []T, start []int32, a []T) // NaN if any entry of the row is
	SegFill func(dst []T, start []int32, v []T) // dst[start[r]:start[r+1]] = v[r]

	// Tables.
	Gather     func(dst, table []T, idx []int32)   // dst[l] = table[idx[l]]
	ScatterAdd func(table []T, idx []int32, a []T) // table[idx[l]] += a[l] for l < len(a), in order of l

	// Points of the plane. A table of points is interleaved: x0 y0 x1 y1 ...

	// Diff2 is d0 = x_i - x_j, d1 = y_i - y_j, dist = d0^2 + d1^2 + floor for i = head[r] of the table from, j = tail[l] of to,
	// l in row r. There is at least one row, and the rows are all lanes.
	Diff2 func(d0, d1, dist []T, from, to []T, head, start, tail []int32, floor T)
	// DiffRow2 is Diff2 of one point against the points (c0[l], c1[l]).
	DiffRow2 func(d0, d1, dist []T, x0, x1 T, c0, c1 []T, floor T)
	// ScatterSub2 is table[2j] -= e0[l], table[2j+1] -= e1[l] for j = tail[l], l < len(e0), in order of l.
	ScatterSub2 func(table []T, tail []int32, e0, e1 []T)
	// SegSum2 is dst[2r] += sum of e0, dst[2r+1] += sum of e1 over row r, for r < len(dst)/2.
	SegSum2 func(dst []T, start []int32, e0, e1 []T)
	// PullPush2 does both with e0 = w*d0, e1 = w*d1, which are never stored: row by row, first table[2j] -= e0[l] and
	// table[2j+1] -= e1[l] in order of l, then dst[2r] += sum of e0, dst[2r+1] += sum of e1. dst may be a part of table.
	PullPush2 func(dst []T, start []int32, table []T, tail []int32, w, d0, d1 []T)
}
