package fuse

import (
	"affmatch/internal/lanes"
	"affmatch/internal/machine"
)

// longArray is from how many entries on an array is computed by a kernel of package lanes. Shorter ones are not worth its
// machine code.
const longArray = 1 << 13

// arrayKernel computes the entries of an array in float64 from those of others, and from scalars.
type arrayKernel struct {
	kernel  *lanes.Kernel
	leaves  []*expr
	scalars []*expr
	runners []lanes.Runner[float64] // of each worker
	last    lanes.Frame[float64]    // of the entries that fill no slot
}

// kernelOf is the kernel of an array, made once.
func (m *Machine[T]) kernelOf(e *expr, reads map[*expr]bool) *arrayKernel {
	if a := m.long[e]; a != nil {
		return a
	}
	c := newLowerer(m.plan.al, newSurvey(), e.in, 0, true)
	a := &arrayKernel{kernel: c.kernel}
	var find func(x *expr)
	find = func(x *expr) {
		if _, seen := c.value[x]; seen || !x.in.array() {
			return
		}
		if x != e && reads[x] {
			c.value[x] = c.port(lanes.Source{Kind: lanes.Stream, Array: len(a.leaves)})
			a.leaves = append(a.leaves, x)
			return
		}
		for _, k := range x.args {
			find(k)
		}
	}
	find(e)
	a.kernel.Stores = []lanes.Store{{A: c.lower(e)}}
	a.scalars = c.scalars
	runner := func() lanes.Runner[float64] { return lanes.Interpret[float64](a.kernel) }
	if m.set != machine.Go {
		if code, err := lanes.Compile[float64](a.kernel, m.set); err == nil {
			runner = code
		}
	}
	for range m.workers {
		a.runners = append(a.runners, runner())
	}
	a.last = lanes.Frame[float64]{Streams: perArray[float64](len(a.leaves), lanes.Width), Stored: perArray[float64](1, lanes.Width)}
	m.long[e] = a
	return a
}

// run computes out: slots of sixteen entries on the workers, what is left over in a slot of its own.
func (a *arrayKernel) run(out []float64, leaf func(x *expr) ([]float64, error), scalar func(x *expr) (float64, error),
	each func(n int, task func(w, i int))) error {
	f := lanes.Frame[float64]{Stored: [][]float64{out}}
	for _, x := range a.leaves {
		v, err := leaf(x)
		if err != nil {
			return err
		}
		f.Streams = append(f.Streams, v)
	}
	for _, x := range a.scalars {
		v, err := scalar(x)
		if err != nil {
			return err
		}
		f.Scalars = append(f.Scalars, v)
	}
	const stretch = 8 * lanes.Slots * lanes.Width // of a task
	whole := len(out) / lanes.Width * lanes.Width
	each((whole+stretch-1)/stretch, func(w, k int) {
		var tiles [8]lanes.Tile
		n, hi := 0, min(whole, (k+1)*stretch)
		for at := k * stretch; at < hi; at += lanes.Slots * lanes.Width {
			end := int64(min(hi, at+lanes.Slots*lanes.Width))
			tiles[n] = lanes.Tile{At: int64(at), Entry: int64(at), Full: end, End: end}
			n++
		}
		a.runners[w].Run(&f, tiles[:n])
	})
	if whole == len(out) {
		return nil
	}
	for k, v := range f.Streams {
		clear(a.last.Streams[k][copy(a.last.Streams[k], v[whole:]):])
	}
	a.last.Scalars = f.Scalars
	a.runners[0].Run(&a.last, []lanes.Tile{{Full: lanes.Width, End: lanes.Width}})
	copy(out[whole:], a.last.Stored[0])
	return nil
}
