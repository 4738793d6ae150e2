// Package optim descends: it takes the gradient of a loss and moves what is optimized, the embedding Z above all.
//
//	Optimizer ──Start──► Solver ──Step(value, gradient)──► value moved, gradient zeroed, state carried on
//	Schedule ──Factor(step, total)──► SetLearnRate
//
// An Optimizer is a value that describes a method and never changes; a Solver is the state of one run of it, a
// gorgonia.Solver that can be saved and resumed bit for bit. Start with optim.go.
//
//	SGD    x -= rate*g; momentum, Nesterov's, t-SNE's gains, weight decay     torch.optim.SGD
//	Adam   x -= rate*m/(sqrt(v)+eps), m and v running means of g and g^2      torch.optim.Adam, AMSGrad too
//	NAdam  Adam with Nesterov's momentum                                      torch.optim.NAdam
//	PoincareAdam  Adam for points of the Poincaré ball
//	LBFGS  a quasi-Newton method with a line search, for losses without samples
//	Func   a researcher's own: one function
//	Clip   bounds the gradient of any of them
//
// The arithmetic is torch's (1.13 and 2.x agree but for NAdam, see there), in one pass over the data and without allocation
// after the first step.
// Schedules are Constant, Linear, Cosine, Exponential, Step, MultiStep, Warmup and ScheduleFunc. An optimizer without a
// LearnRate leaves the choice to who runs it: see RateGiven.
//
// All of these print as themselves with %+v, defaults filled in, and Validate gives their faults. Package
// optimtest holds the tests that any Optimizer, a researcher's own among them, should pass.
package optim
