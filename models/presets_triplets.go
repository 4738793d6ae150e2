package models

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/optim"
)

// PaCMAP is Wang, Huang, Rudin and Shaposhnik's method (Understanding how dimension reduction tools work, 2021), with their
// package's values: 10 near pairs of scaled distances, 5 mid-near and 20 further pairs of each point, drawn once; weights in
// three phases of 100, 100 and 250 steps; Adam.
func PaCMAP() Problem {
	student := affinity.Of{Kernel: affinity.Student{}}
	return Problem{
		In: affinity.PACMAPAffinity{Neighbors: 10},
		Objective: Terms{
			PairTerm{
				Name: "near", Set: affinity.Edges{Unweighted: true}, Out: student, Loss: loss.Bounded{Scale: 10},
				Weight: affinity.Knots{{0, 2}, {99, 2}, {100, 3}, {199, 3}, {200, 1}},
			},
			PairTerm{
				Name: "mid", Set: affinity.MidNear{Count: 5}, Out: student, Loss: loss.Bounded{Scale: 10000},
				Weight: affinity.Knots{{0, 1000}, {100, 3}, {199, 3}, {200, 0}},
			},
			PairTerm{Name: "far", Set: affinity.Far{Count: 20}, Out: student, Loss: loss.SumOfOdds},
		},
		Descent: Descent{Optimizer: optim.Adam{LearnRate: 1, Epsilon: 1e-7}, InitScaling: 0.01, Steps: 450},
	}
}

// LocalMAP is PaCMAP whose last phase looks at near points alone (Wang, Sun, Huang and Rudin, Dimension reduction with
// locally adjusted graphs, 2024): long edges fade, and further pairs are those within 10. These are drawn anew each step, by
// their weights in the place of a search every ten steps.
func LocalMAP() Problem {
	m := PaCMAP()
	all := m.Objective.(Terms)
	early := affinity.Knots{{0, 1}, {199, 1}, {200, 0}}
	near, far := all[0].(PairTerm), all[2].(PairTerm)
	near.Weight, far.Weight = affinity.Knots{{0, 2}, {99, 2}, {100, 3}, {199, 3}, {200, 0}}, early
	late := affinity.Knots{{0, 0}, {199, 0}, {200, 1}}
	m.Objective = Terms{
		near, all[1], far,
		PairTerm{Name: "local", Set: near.Set, Out: near.Out, Loss: loss.Bounded{Scale: 10, Reach: 10}, Weight: late},
		PairTerm{
			Name: "around", Set: affinity.Uniform{Count: 60}, Out: near.Out,
			Loss: loss.LocalOdds{Within: 10, Total: 20}, Weight: late,
		},
	}
	return m
}

// TriMap is Amid and Warmuth's method (TriMap: large-scale dimensionality reduction using triplets, 2019), with their
// package's values: 12 inliers with 4 outliers each and 3 random triplets of each point, tempered weights, 400 steps of
// descent with momentum and gains. Inliers are chosen as PaCMAP's near pairs are, among 62 neighbors.
func TriMap() Problem {
	return Problem{
		In: affinity.PACMAPAffinity{Neighbors: 12},
		Objective: TripletTerm{
			Set: affinity.Triplets{Inliers: 12, Outliers: 4, Random: 3, Temper: 0.5}, Out: affinity.Of{Kernel: affinity.Student{}},
		},
		Descent: Descent{
			Optimizer:   optim.SGD{LearnRate: 0.1, MomentumBy: optim.MomentumSwitch{Before: 0.5, After: 0.8, At: 250}, Gains: true},
			InitScaling: 0.01, Steps: 400,
		},
	}
}
