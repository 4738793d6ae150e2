// Package losstest is the conformance kit of package loss: the promises of loss.Loss as tests that any loss can be run
// through, a researcher's own among them.
//
//	func TestMine(t *testing.T) { losstest.Loss(t, loss.Func(mine)) }
package losstest
