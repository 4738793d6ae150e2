package optim

// Builtin are this package's parts, each with the numbers that are customary for it: what command lines and files can name,
// what the conformance tests go through, and what doc.go has a line for.
func Builtin() []any {
	return []any{
		SGD{LearnRate: 0.1},
		Adam{LearnRate: 1},
		NAdam{LearnRate: 1},
		PoincareAdam{LearnRate: 0.1},
		LBFGS{},
		Clip{Optimizer: SGD{LearnRate: 0.1}, Value: 4},
		MomentumSwitch{Before: 0.5, After: 0.8, At: 250},

		Constant{},
		Linear{},
		Cosine{},
		Exponential{Gamma: 0.999},
		Step{Every: 100, Gamma: 0.1},
		MultiStep{At: []int{500}, Gamma: 0.1},
		Warmup{Steps: 50, Then: Constant{}},
	}
}
