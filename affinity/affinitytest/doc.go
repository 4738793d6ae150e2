// Package affinitytest checks affinities and metrics of one's own: call Kernel, Output, Metric, DataMetric or Input from
// a test, and it reports what is wrong.
//
//	func TestLaplace(t *testing.T) {
//		affinitytest.Kernel(t, affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Neg(G.Must(G.Sqrt(c)))) }))
//	}
//
// Nodes are run on gorgonia's TapeMachine. Their values must be finite, also at coincident points and far apart; their
// symbolic gradients, also with respect to parameters that the affinity makes in its scope, must equal differences of
// their values, and exist exactly where the values do; a second run must give what the first gave; and nothing may
// depend on how the points are numbered. What a kernel or metric says of a pair must depend on that pair alone. A panic
// is reported like any other fault.
package affinitytest
