package runs

import (
	"errors"
	"io"
	"slices"

	"affmatch/experiments/plots"
	"affmatch/internal/npz"

	"gonum.org/v1/gonum/mat"
)

// The files of snapshots: numpy.load reads the first, with the arrays steps (of each, from 1 on) and embeddings (snapshot, row,
// coordinate); the second shows them.
const (
	SnapshotsName = "snapshots.npz"
	AnimationName = "animation.gif"
)

// snapshots are embeddings along a descent, evenly spaced. A nil one takes none.
type snapshots struct {
	count, steps int // wanted, of so many steps
	n, dim       int
	taken        []int64
	numbers      []float32 // one after another
}

// take keeps the embedding after a step, from 0 on, where one is due.
func (s *snapshots) take(step int, z *mat.Dense) {
	if s == nil || (step+1)*s.count/s.steps == step*s.count/s.steps {
		return
	}
	s.add(step, z)
}

// last keeps the embedding that a fit has come to, if it is not kept yet.
func (s *snapshots) last(step int, z *mat.Dense) {
	if s == nil || z == nil || len(s.taken) > 0 && s.taken[len(s.taken)-1] >= int64(step+1) {
		return
	}
	s.add(step, z)
}

// add passes over an embedding that is not finite: the fit ends with it.
func (s *snapshots) add(step int, z *mat.Dense) {
	s.n, s.dim = z.Dims()
	for i := range s.n {
		if slices.ContainsFunc(z.RawRowView(i), func(v float64) bool { return v-v != 0 }) {
			return
		}
	}
	s.taken = append(s.taken, int64(step+1))
	for i := range s.n {
		for _, v := range z.RawRowView(i) {
			s.numbers = append(s.numbers, float32(v))
		}
	}
}

// write writes both files; of one or more than three coordinates there is no animation, and of three it is of the first two.
func (s *snapshots) write(f Folder, labels []int) error {
	if s == nil || len(s.taken) == 0 {
		return nil
	}
	err := f.Write(SnapshotsName, func(w io.Writer) error {
		out := npz.NewWriter(w)
		_, err := out.Array("steps", npz.Array{Shape: []int{len(s.taken)}, Data: s.taken})
		if err == nil {
			_, err = out.Array("embeddings", npz.Array{Shape: []int{len(s.taken), s.n, s.dim}, Data: s.numbers})
		}
		return errors.Join(err, out.Close())
	})
	if err != nil || s.dim != 2 && s.dim != 3 {
		return err
	}
	a := plots.Animation{Labels: labels}
	for k := range s.taken {
		z := mat.NewDense(s.n, 2, nil)
		for i := range s.n {
			from := s.numbers[(k*s.n+i)*s.dim:]
			z.Set(i, 0, float64(from[0]))
			z.Set(i, 1, float64(from[1]))
		}
		a.Frames = append(a.Frames, z)
	}
	return f.Write(AnimationName, a.GIF)
}
