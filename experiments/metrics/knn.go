package metrics

import (
	"context"
	"fmt"
	"slices"

	"gonum.org/v1/gonum/mat"

	"affmatch/internal/fault"
)

// KNNAccuracy says how well a point's class is told by its k nearest neighbors in Z, from 0 to 1, by cross-validation:
// the rows are dealt to folds, each class evenly and in order (scikit-learn's StratifiedKFold without shuffling); the
// classes of one fold are guessed from the k nearest points outside it, by majority, the smallest label winning a draw
// (KNeighborsClassifier); the score is the mean of the folds' accuracies. The customary numbers are k = 10, 5 folds.
// Some class must have at least as many points as there are folds, and k must not exceed what is left outside a fold.
func KNNAccuracy(z mat.Matrix, labels []int, k, folds int) (float64, error) {
	a, err := newPoints("z", z)
	if err != nil {
		return 0, err
	}
	c, err := newClasses(a.n, labels)
	if err != nil {
		return 0, err
	}
	rows := allRows(a.n)
	g, err := newGuesses(c, rows, k, folds)
	if err != nil {
		return 0, err
	}
	err = scan(context.Background(), nil, a, rows, g)
	return g.score(), err
}

// guesses keeps which rows' classes were guessed right.
type guesses struct {
	*classes
	k, folds int
	fold     []int // by point
	rows     []int
	right    []bool // by row of the scan
}

func newGuesses(c *classes, rows []int, k, folds int) (*guesses, error) {
	n := len(c.of)
	if most := slices.Max(c.count); folds < 2 || folds > most {
		return nil, fault.Field("metrics: folds", folds, fmt.Sprintf("2 to %d, the size of the largest class", most))
	}
	g := &guesses{c, k, folds, stratify(c, folds), rows, make([]bool, len(rows))}
	largest := 0
	for f := range folds {
		size := 0
		for _, of := range g.fold {
			if of == f {
				size++
			}
		}
		largest = max(largest, size)
	}
	return g, checkNeighbors(k, n-largest+1, "what is outside the largest fold")
}

// stratify deals the points to folds as scikit-learn's StratifiedKFold does: with the classes in order of their first
// appearance, the sorted labels are dealt like cards, which says how many of each class a fold gets; a class's points
// then fill the folds in order.
func stratify(c *classes, folds int) []int {
	place := make([]int, len(c.count)) // of each class in order of appearance; 0: not seen
	for seen, i := 1, 0; i < len(c.of); i++ {
		if place[c.of[i]] == 0 {
			place[c.of[i]] = seen
			seen++
		}
	}
	byPlace := make([]int, len(c.count))
	for class, p := range place {
		byPlace[p-1] = class
	}
	room := make([][]int, len(c.count)) // room[class][fold]
	card := 0
	for _, class := range byPlace {
		room[class] = make([]int, folds)
		for range c.count[class] {
			room[class][card%folds]++
			card++
		}
	}
	fold := make([]int, len(c.of))
	for i, class := range c.of {
		f := slices.IndexFunc(room[class], func(r int) bool { return r > 0 })
		room[class][f]--
		fold[i] = f
	}
	return fold
}

func (g *guesses) look(at, i int, _, dz []float64, s *scratch) {
	s.near = nearest(dz, g.k, func(j int) bool { return g.fold[j] != g.fold[i] }, s.near)
	votes := append(s.counts[:0], make([]int, len(g.count))...)
	s.counts = votes
	for _, near := range s.near {
		votes[g.of[near.j]]++
	}
	guess := 0
	for class, v := range votes {
		if v > votes[guess] {
			guess = class
		}
	}
	g.right[at] = guess == g.of[i]
}

// each is 1 for a row that was guessed right, else 0.
func (g *guesses) each() []float64 {
	scores := make([]float64, len(g.right))
	for at, right := range g.right {
		if right {
			scores[at] = 1
		}
	}
	return scores
}

func (g *guesses) score() float64 {
	right, total := make([]float64, g.folds), make([]float64, g.folds)
	for at, i := range g.rows {
		total[g.fold[i]]++
		if g.right[at] {
			right[g.fold[i]]++
		}
	}
	var accuracies []float64
	for f := range total {
		if total[f] > 0 { // a sample of the rows may miss a fold
			accuracies = append(accuracies, right[f]/total[f])
		}
	}
	return mean(accuracies)
}
