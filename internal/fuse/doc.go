// Package fuse compiles a gorgonia graph, with its symbolic gradients, into a few parallel passes over pairs of points,
// each a kernel of package lanes: machine code, or plain Go that gives the same bits. No value of a pair is stored: memory
// is O(n) beside P, and all pairs of n points are a loop, not a matrix. [Compile] makes a [Machine]; it is a gorgonia.VM
// with Value, Dump and Report.
//
// # Data flow
//
//	gorgonia nodes ──► expressions ──────────► sinks by level ──► programs ──────► values
//	                   normal form: equal      what needs a sum   a kernel, its    shards of rows,
//	                   ones are one pointer    comes after it     arrays           added up in order
//	import.go          algebra.go expr.go      plan.go            lower*.go        layout.go bind.go load.go pass.go run.go
//	onpairs.go         sums.go products.go     gradient.go        program.go       numbering.go windows.go; code.go: kernels
//	                   functions.go reduce.go  half.go            tame.go          result*.go buffer.go again.go
//	                                                                               host*.go: arrays, scalars
//
// import.go reads the nodes that the outputs need; the rest of gorgonia's graph (gradients by constants, some 40 %) is
// never looked at. It knows operations by their String, as gorgonia v0.9.18 prints them, and those of package pairs by
// their type (onpairs.go). A node whose entries are all one number (a splat: the gradient of a sum) is that scalar.
//
// An expression (expr.go) lives in a space: nowhere in particular (a scalar), on an array (one entry a point, or whatever
// else gorgonia has), or on the pairs of one index, which may be triplets or more: an entry joins the points of two ends or
// more. A spread brings the array of an end's points to the pairs; reductions (sums, maxima and log-sum-exps at an end, or
// of everything) bring pairs back. A reduction over pairs is one level above what it reduces. So levels are the passes over
// the pairs that a graph needs: UMAP and t-SNE's gradient take one, as a sum in it can be divided out at the end; SNE, whose
// row sums the gradient reads entry by entry, takes two. Each pass recomputes its distances.
//
// plan.go orders steps: passes, level by level and one for each set of pairs in a level; between them arrays of points and
// scalars, in float64, on the host (host.go), long arrays by kernels as passes are (host_kernel.go), and products of
// matrices, whose factors are rounded to T (matmul.go). lower.go turns the sinks of a pass into a program (program.go): what
// a kernel of package lanes does with each entry. layout.go says how entries stand in its sixteen lanes: sixteen rows side
// by side where tails are listed, sorted by length some thousands at a time; the tails of one row where they are all points
// in order.
//
// Where a sampler draws how far all points are shifted along a circle of them (pairs.ShiftSampler), the points stand in its
// order, sixteen heads and their sixteen tails come one behind the other, and nothing is looked up (shifts.go).
//
// # Distances and gradients
//
// The squared distance of two ends and its pull, sum_j w_ij (z_i - z_j) and its transpose, are operations
// (pairs.Difference), of any dimension: nothing has to be recognized. Points that are looked up one by one are taken apart
// two coordinates, one plane, at a time; an odd last coordinate is a plane of its own. A weighted distance is written out
// in the differences; its pull is the plain one with columns scaled afterwards. A difference of one coordinate of two ends
// that somebody wrote is the one of the distance.
//
// gradient.go puts what comes back to points together: pulls, and sums at an end that become columns (pushes), of one level
// in one buffer of points (buffer.go), or one for each numbering. A pair whose points share a coordinate pulls along it by
// 0 whatever its weight: where the weight is not known to be finite there (tame.go), it is not looked at.
//
// Where what a pass over all pairs computes is the same for (i, j) and (j, i), as in t-SNE, one of them is computed.
// That is enough too where a row divides by its own sum what is the same for both, as in SNE (half.go): rows are added
// up without a maximum, and those in which that loses digits are gone through again (again.go). Where listed pairs come
// both ways with the same weight (pairs.Index.Even), as those of a symmetric P do, what comes to tails is what comes to
// heads, and nothing is scattered.
//
// # Sums over all pairs by a tree
//
// Options.Tolerance lets a tree add up what a pass over all pairs would, in a time that grows as the points (package fmm):
//
//	sinks of a level ──► terms ──────────────► sums ──────────────► values
//	over all pairs       scalar * head_i *     of charge_j *        far pairs by polynomials, near ones by a
//	                     tail_j * kernel(d)    kernel, and pulls    kernel of package lanes, added up in one order
//	                     separable.go          tree_plan.go         tree_*.go
//
// A value separates where it is made of what depends on the head alone, on the tail alone, and on the squared distance of
// the two alone. Products are multiplied out; exp(h + t + k) is exp(h) exp(t) exp(k); a log-sum-exp is the logarithm of a
// sum. Of a term h_i t_j K, what the head i gets is h_i times the sum of t_j K over j, and what the tail gets is t_j times
// that of h_i K: two sums of a kernel that does not know who is who. If one sink of a pass does not separate, all pairs are
// gone through, and the report says why.
//
// The polynomials have an order, with which a machine begins as the tolerance asks. Every 50 steps the sums of 64 points are
// computed exactly too, and the order is raised until they are within the tolerance, the 2-norm of the error over that of
// the sums; it falls where they are far within. Points whose row sum is too small beside its error or the others' are
// flagged: what is divided by it would be as wrong as it is large. Their pairs are gone through, as the pass has them.
//
// # The rule book
//
// algebra.go has one constructor for each form, and the identities hold by construction: sums and products are flat, terms
// and powers of one base are collected, log and exp cancel, scalars and constants come out in front, what depends on one
// point is computed once a point. The rules are listed there. They change values by rounding only, but for these
// relaxations, all of which give a number where the graph as written gives NaN:
//
//   - 0*Inf and Inf-Inf, where a factor or term overflows or underflows on the way: exp(a)*exp(b) is exp(a+b).
//   - exp(x-l), of a log-sum-exp l of rows, is exp(x)*exp(-l), where no digit is lost.
//   - c+a > c+b is a > b, and max(c+a, c+b) is c + max(a, b), whatever c is: NaN and Inf too.
//   - x/x is 1, x-x is 0 and 0*x, for a constant 0, is 0, whatever x is: NaN and Inf too.
//   - log(exp x) is x, and exp(log x) for an x that cannot be negative, where exp or log alone would overflow.
//
// log1p(x) of an x that cannot be negative is log(1+x), which has its absolute accuracy, not its relative one near 0; so
// both compile to the same.
//
// What may be negative keeps its NaN: fractional powers, logarithms of products and exponentials of logarithms are taken
// apart only where each base is known to be non-negative (expr.least). NaN in an input reaches every output computed from
// it, but for the relaxations.
//
// At a kink the sides are a matter of rounding: where max(a,b), |x| or a comparison meets values that are equal as written,
// the compiled values may differ in the last digit, and so the side, and the slope; what both have in common is taken out
// before, so that a and a + b are equal where b is 0. All passes are on the same side: how a
// value on pairs is computed depends on it and on what all passes share (survey.go), not on what else a pass needs. But a
// quantity that is computed again in a later level need not equal, to the last bit, what an earlier level reduced: do not
// look for the largest entry of a row by equality with its RowMax.
//
// # What is not known
//
// An operation that is not known (a slice, an outer product, a softmax of gorgonia's) is run by its own Op.Do on stored
// values: right, and slow, with memory for every entry. Report names it and what is stored for it. A value on pairs is also
// stored where it meets, entry by entry, the pairs of another set. A tensor constant is an error that names Scope.Given,
// for gorgonia merges constants by their abbreviated print; so is anything that is not float64, but for the whole numbers
// that an operation such as ByIndices takes.
//
// Gorgonia v0.9.18 differentiates some operations wrongly in its symbolic gradient: Log2, InverseSqrt and OuterProd. The
// machine computes what the graph says, so write Log(x)*(1/ln 2), Pow(x, -0.5) and Head times Tail instead.
//
// # Precision and the floor
//
// Graphs are float64. T is the precision of the passes over pairs; arrays of points and scalars are float64 in both.
// Full sums, row sums and what goes to the heads of all pairs accumulate in T over at most 128 entries, then in
// float64; column sums, those of rows that half of the pairs give to their tails, and gradients of listed points in T
// within a shard, gradients in T across shards too. Float32 is within 1e-4 of float64, relative to the largest entry of
// an array, for everything in the project's tests; graphs that cancel worse need Float64, and so do points far from the
// origin: their differences have the digits that their coordinates leave.
//
// A positive constant below the smallest normal number of T becomes that number: the floor 2^-1022 under distances
// (affinity.AddFloor) is so 2^-126 in float32, and sqrt, log and fractional powers have finite slopes at coincident points.
//
// # Bits
//
// Rows are cut into shards of equally many pairs: 8, up to 64 of points that are numbered, or what Options.Shards says. A
// shard has its own sums and its own gradient; shards are added up in their order. So workers, which take whichever shard
// is next, never change a bit. Nor does the set of instructions (avx512, avx2, go): a kernel has one meaning, see package
// lanes. What is computed outside of kernels is written so that no compiler fuses a product into a sum, with package same
// in the place of package math. The last digits depend on the shards, and on the numbers of points; both follow from the
// set of pairs alone. Samples are drawn inside the first pass of a run over their set, a pure function of step and row, and
// checked to be in range; uniform ones (pairs.UniformSampler) by the machine code itself, the same.
//
// # Several processes
//
// A team of processes (Options.Team, package team) runs one machine: each has the whole graph and all points, and goes
// through its part of the shards (together.go). Gradients of shards are added up as they are alone, shard after shard:
// a member adds its own to what the one before has sent, some thousands of points at a time, and sends it on, and the
// last one tells all. What else a shard has made (sums of rows and columns, totals) goes to all as it is, before it is
// added up. A tree is sorted together (package fmm), and of its sums a member computes those of its stretch of leaves
// (tree_together.go). Gradients, and what columns of them are put together to, are made point by point from that: each
// member makes those of its own points, and all get the whole when somebody reads it (owned.go). What else comes after a
// pass every member computes, from the same numbers.
//
// # Adding an operation
//
//   - One of gorgonia's, entry by entry: its String in unary, powers, infix or compare (import.go), its function in
//     functions or binaries (elementary.go), of numbers and of lanes (a method of lanes.Code made of operations that it
//     has), bounds (least, pos) in algebra.function or binary (functions.go) where it has any, and one of its size in topOf
//     (tame.go). A line in goldenOps, and one in the generator of random graphs.
//   - An identity: in the constructor of the outermost form (sums.go, products.go, functions.go, reduce.go; algebra.go
//     lists them); a line in rules with where it must fire, and one with where it must not.
//   - A reduction: an op in reductions (expr.go), its node in onPairs (onpairs.go), what a kernel does for it in
//     lowerer.sink (lower_sink.go), and a result, which clears and finishes, in newResult (result.go); a term in everySink
//     or everyEnd.
//
// Read expr.go first, then algebra.go.
package fuse
