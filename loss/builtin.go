package loss

// Builtin are this package's losses: what command lines and files can name, what the conformance tests go through, and what
// doc.go has a line for. A new loss is its value, a line here and that line.
func Builtin() []any {
	return []any{
		CrossEntropy, Square, NotNeighbor, MeanNotNeighbor, WeightedNotNeighbor, LogPartition, MeanRowPartition,
		SumOfQ, MeanRowSum,
		KL, ReverseKL, JensenShannon, NeRV{Lambda: 0.5}, Alpha{A: 0.5}, Renyi{A: 0.5}, Beta{B: 1.5},
		NormalizedStress, SammonStress, QuarticStress,
		Bounded{Scale: 10}, SumOfOdds, LocalOdds{Within: 10, Total: 20},
		Times{By: 1, Term: SumOfQ}, PerPoint{Term: CrossEntropy},
	}
}
