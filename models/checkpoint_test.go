package models

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/gob"
	"fmt"
	"math"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	"gorgonia.org/tensor"
)

func start5(t *testing.T, m method) *Run {
	t.Helper()
	r, err := m.Start(context.Background(), blobs(30))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func steps(t *testing.T, r *Run, n int) {
	t.Helper()
	for range n {
		if _, err := r.Step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// TestResumedEqualsContinuous cuts a run at every step, the ends and the exaggeration's last step among them.
func TestResumedEqualsContinuous(t *testing.T) {
	const total = 9 // 5 of them exaggerated
	onEach(t, func(t *testing.T, with func(d Descent) method, e Engine) {
		m := with(Descent{Steps: total, Engine: e, Seed: 3})
		whole := start5(t, m)
		points := []Checkpoint{whole.Checkpoint()}
		for range total {
			steps(t, whole, 1)
			points = append(points, whole.Checkpoint())
		}
		used := start5(t, m)
		steps(t, used, 7)
		for _, c := range points {
			for what, r := range map[string]*Run{"fresh": start5(t, m), "used": used} {
				if err := r.Restore(throughGob(t, c)); err != nil {
					t.Fatalf("%s run, step %d: %v", what, c.Step, err)
				}
				steps(t, r, total-c.Step)
				sameFit(t, r.Result(), whole.Result())
			}
		}
	})
}

// throughGob writes and reads a checkpoint, as a program that ends in between would.
func throughGob(t *testing.T, c Checkpoint) (again Checkpoint) {
	t.Helper()
	var file bytes.Buffer
	if err := gob.NewEncoder(&file).Encode(c); err != nil {
		t.Fatal(err)
	}
	if err := gob.NewDecoder(&file).Decode(&again); err != nil {
		t.Fatal(err)
	}
	return again
}

func TestCheckpointSharesNothing(t *testing.T) {
	m := small()["learned, carried"](Descent{Steps: 9, Engine: Tape{}})
	r := start5(t, m)
	steps(t, r, 3)
	c := r.Checkpoint()
	steps(t, r, 6)
	end := r.Result()
	if err := r.Restore(c); err != nil {
		t.Fatal(err)
	}
	for _, v := range c.Values {
		v.Zero()
	}
	for _, v := range c.Solver {
		v.Zero()
	}
	c.History[0].Step = -1
	steps(t, r, 6)
	sameFit(t, r.Result(), end)
}

func TestRestoreRefusesWhatDoesNotFit(t *testing.T) {
	m := small()["learned, carried"](Descent{Steps: 9, Engine: Tape{}})
	r := start5(t, m)
	steps(t, r, 3)
	for want, change := range map[string]func(c *Checkpoint){
		"models: Restore: Step = 10, want 0 to the run's 9 steps":                                    func(c *Checkpoint) { c.Step = 10 },
		"models: Restore: Step = -1":                                                                 func(c *Checkpoint) { c.Step = -1 },
		"models: Restore: moment = missing, want shape (1)":                                          func(c *Checkpoint) { delete(c.Values, "moment") },
		"models: Restore: Values = [Z moment other student.lognu], want no more than this model has": func(c *Checkpoint) { c.Values["other"] = c.Values["Z"] },
		"models: Restore: Z = shape (29, 2) of float64, want (30, 2) of float64":                     func(c *Checkpoint) { c.Values["Z"] = tensor.New(tensor.WithShape(29, 2), tensor.Of(tensor.Float64)) },
		"models: Restore: Z = shape (30, 2) of float32, want (30, 2) of float64":                     func(c *Checkpoint) { c.Values["Z"] = tensor.New(tensor.WithShape(30, 2), tensor.Of(tensor.Float32)) },
		"models: Restore: optim: Restore: tensor":                                                    func(c *Checkpoint) { c.Solver = c.Solver[:0]; c.Solver = append(c.Solver, nil) },
		"models: Restore: optim: Restore: tensors = 0":                                               func(c *Checkpoint) { c.Solver = nil },
	} {
		c := r.Checkpoint()
		change(&c)
		if err := r.Restore(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
	steps(t, r, 6)
	whole := start5(t, m)
	steps(t, whole, 9)
	sameFit(t, r.Result(), whole.Result())
}

// TestRestoreRefusesWhatWasMadeOfSomethingElse changes one thing at a time: the method, a number in it that printing rounds,
// an entry of X, its labels, its size, the seed, a given P.
func TestRestoreRefusesWhatWasMadeOfSomethingElse(t *testing.T) {
	own := TSNE()
	own.In, own.Steps, own.Engine = affinity.EntropicAffinity{Perplexity: 5}, 9, Tape{}
	x := blobs(30)
	other := mat.DenseCopyOf(x)
	other.Set(29, 1, math.Nextafter(other.At(29, 1), 9))
	var pair [2]*affinity.Matrix
	for i := range pair {
		p, err := affinity.Compute(t.Context(), own.In, x)
		if err != nil {
			t.Fatal(err)
		}
		pair[i] = p
	}
	pair[1].Values[3] = math.Nextafter(pair[1].Values[3], 1)
	change := func(f func(m *SampledNeighborEmbedding)) SampledNeighborEmbedding { m := own; f(&m); return m }
	given := func(p *affinity.Matrix) SampledNeighborEmbedding {
		return change(func(m *SampledNeighborEmbedding) { m.In, m.Init = affinity.Precomputed{P: p}, Normal{} })
	}
	for name, c := range map[string]struct {
		from, to   method
		fromX, toX mat.Matrix
		want       string // none: taken
	}{
		"the same": {own, own, x, mat.DenseCopyOf(x), ""},
		"a callback, a limit": {own, change(func(m *SampledNeighborEmbedding) {
			m.OnStep, m.MemoryLimit = func(Record, *mat.Dense) error { return nil }, 1<<40
		}), x, x, ""},
		"SNE for t-SNE":        {own, change(func(m *SampledNeighborEmbedding) { m.Out = affinity.Gaussian{} }), x, x, "method = Out: Student{}, want Out: Gaussian{}"},
		"a rate's last bit":    {change(func(m *SampledNeighborEmbedding) { m.Optimizer = optim.SGD{LearnRate: 0.1} }), change(func(m *SampledNeighborEmbedding) { m.Optimizer = optim.SGD{LearnRate: math.Nextafter(0.1, 1)} }), x, x, "method"},
		"a start's last bit":   {change(func(m *SampledNeighborEmbedding) { m.Init = StartAt{mat.DenseCopyOf(x.Slice(0, 30, 0, 2))} }), change(func(m *SampledNeighborEmbedding) { m.Init = StartAt{mat.DenseCopyOf(x.Slice(0, 30, 1, 3))} }), x, x, "method = of other values"},
		"workers":              {change(func(m *SampledNeighborEmbedding) { m.Engine = Fused{Workers: 1, Float64: true} }), change(func(m *SampledNeighborEmbedding) { m.Engine = Fused{Workers: 2, Float64: true} }), x, x, ""},
		"precision":            {change(func(m *SampledNeighborEmbedding) { m.Engine = Fused{Float64: true} }), change(func(m *SampledNeighborEmbedding) { m.Engine = Fused{} }), x, x, "method = Engine"},
		"seed":                 {own, change(func(m *SampledNeighborEmbedding) { m.Seed = 1 }), x, x, "eed"},
		"steps":                {own, change(func(m *SampledNeighborEmbedding) { m.Steps = 10 }), x, x, "method = Steps: 9, want Steps: 10"},
		"another entry of X":   {own, own, x, other, "data = SHA-256 "},
		"labels":               {own, own, x, affinity.Data{Matrix: x, Labels: make([]int, 30)}, "data = SHA-256 "},
		"the same P":           {given(pair[0]), given(pair[0]), nil, nil, ""},
		"another entry of P":   {given(pair[0]), given(pair[1]), nil, nil, " = "},
		"P, and another for X": {given(pair[0]), given(pair[1]), x, x, "method = of other values"},
	} {
		var runs [2]*Run
		for i, m := range []method{c.from, c.to} {
			r, err := m.Start(t.Context(), []mat.Matrix{c.fromX, c.toX}[i])
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			runs[i] = r
		}
		steps(t, runs[0], 2)
		err := runs[1].Restore(throughFile(t, runs[0].Checkpoint()))
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// TestRestoreRefusesNumbersThatAreNone puts each kind into each place.
func TestRestoreRefusesNumbersThatAreNone(t *testing.T) {
	m := small()["learned, carried"](Descent{Steps: 9, Engine: Tape{}})
	r := start5(t, m)
	steps(t, r, 3)
	for want, where := range map[string]func(c Checkpoint) *tensor.Dense{
		"Z: entry 0": func(c Checkpoint) *tensor.Dense { return c.Values["Z"] },
		"Solver 1":   func(c Checkpoint) *tensor.Dense { return c.Solver[1] },
		"Learned 1":  func(c Checkpoint) *tensor.Dense { return c.Learned[1] },
		"Before 0":   func(c Checkpoint) *tensor.Dense { return c.Before[0] },
	} {
		for _, v := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
			c := r.Checkpoint()
			numbers(where(c))[0] = v
			if err := r.Restore(c); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%v: error %v, want %s", v, err, want)
			}
		}
	}
	for want, change := range map[string]func(c *Checkpoint){
		"History = 2 records, want 3": func(c *Checkpoint) { c.History = c.History[:2] },
		"Before = 0 tensors":          func(c *Checkpoint) { c.Before = c.Before[:0] },
		"Before 0 = nil":              func(c *Checkpoint) { c.Before[0] = nil },
		"Origin = none":               func(c *Checkpoint) { c.Origin = Origin{} },
	} {
		c := r.Checkpoint()
		change(&c)
		if err := r.Restore(c); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %s", err, want)
		}
	}
}

// throughFile writes and reads a checkpoint.
func throughFile(t *testing.T, c Checkpoint) Checkpoint {
	t.Helper()
	var file bytes.Buffer
	if err := c.Write(&file); err != nil {
		t.Fatal(err)
	}
	again, err := ReadCheckpoint(&file)
	if err != nil {
		t.Fatal(err)
	}
	return again
}

// TestADamagedCheckpointIsNotRead cuts the file everywhere, changes each byte, and brings files of others.
func TestADamagedCheckpointIsNotRead(t *testing.T) {
	r := start5(t, small()["learned, carried"](Descent{Steps: 9, Engine: Tape{}}))
	steps(t, r, 2)
	var file bytes.Buffer
	if err := r.Checkpoint().Write(&file); err != nil {
		t.Fatal(err)
	}
	whole := file.Bytes()
	refused := func(what string, b []byte) {
		if _, err := ReadCheckpoint(bytes.NewReader(b)); err == nil {
			t.Errorf("%s: read", what)
		}
	}
	for k := range whole {
		refused(fmt.Sprintf("cut at %d", k), whole[:k])
		b := bytes.Clone(whole)
		b[k] ^= 0x10
		refused(fmt.Sprintf("byte %d changed", k), b)
	}
	refused("more at the end", append(bytes.Clone(whole), 0))
	var bare bytes.Buffer
	if err := gob.NewEncoder(&bare).Encode(r.Checkpoint()); err != nil {
		t.Fatal(err)
	}
	refused("a bare gob", bare.Bytes())
	for k := range 200 { // forged: a right sum over a body that gob or tensor cannot take
		b := bytes.Clone(whole)
		b[savedHead+k*(len(whole)-savedHead)/200] ^= 0xff
		sum := sha256.Sum256(b[savedHead:])
		copy(b[savedHead-sha256.Size:], sum[:])
		_, _ = ReadCheckpoint(bytes.NewReader(b)) // an error or another checkpoint: no panic, no death
	}
}
