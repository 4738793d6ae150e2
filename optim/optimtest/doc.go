// Package optimtest is the conformance kit of package optim: the promises of optim.Optimizer and optim.Solver as tests
// that any optimizer can be run through, a researcher's own among them.
//
//	func TestMine(t *testing.T) { optimtest.Optimizer(t, Mine{}) }
package optimtest
