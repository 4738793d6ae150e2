package models

import (
	"context"
	"fmt"
	"math"
	"runtime"
	"time"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/team"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

// start computes P and the start, builds and compiles.
func start(ctx context.Context, x mat.Matrix, p Problem) (*Run, error) {
	r := &Run{problem: p, x: x, descent: p.Descent}
	clock, takes := time.Now(), int64(0)
	lap := func(stage string) {
		if takes > 1e7 { // what one stage has left lies beside the arrays of the next
			runtime.GC()
		}
		r.stages = append(r.stages, Stage{stage, time.Since(clock).Seconds()})
		clock = time.Now()
	}
	data, err := affinity.DataOf(x)
	if err != nil {
		return nil, err
	}
	if takes, err = limited(data.Matrix, p); err != nil {
		return nil, err
	}
	b := &Builder{X: data.Matrix, Seed: p.Seed, ctx: ctx, descent: p.Descent}
	if p.exaggerated() {
		b.exaggeration = p.exaggeration()
	}
	if p.In != nil {
		if b.Fitted, err = affinity.Fit(ctx, p.In, x); err != nil {
			return nil, fmt.Errorf("models: input affinity: %w", err)
		}
		b.P, r.fitted = b.Fitted.P, b.Fitted
		r.notes = append(r.notes, b.Fitted.Report().Notes()...)
		lap("input affinity")
	}
	n, err := points(data, b.P, p.Descent)
	if err != nil {
		return nil, err
	}
	b.Scope = affinity.NewScope(n)
	r.team = team.From(ctx)
	b.Share(r.team)
	b.Describe(data, b.neighbors())
	switch {
	case p.Encoder == nil:
		if _, err = b.Start(); err != nil {
			return nil, err
		}
		if d, ok := p.Objective.(affinity.Domain); ok {
			d.Into(b.start)
		}
	case p.Batch > 0: // of the rows
		if err := r.encode(ctx, b); err != nil {
			return nil, err
		}
	}
	lap("start")
	if r.graph, err = build(p.Objective, b); err != nil {
		return nil, err
	}
	if err := r.named(); err != nil {
		return nil, err
	}
	r.notes = append(r.notes, r.graph.notes...)
	if err := r.searchable(); err != nil {
		return nil, err
	}
	if r.machine, err = r.graph.compile(p.engine()); err != nil {
		return nil, err
	}
	if err := r.bind(); err != nil {
		return nil, err
	}
	if err := r.wake(); err != nil {
		return nil, err
	}
	if r.forward == nil {
		r.start = r.Embedding()
	}
	lap("graph")
	return r, nil
}

// encode puts the encoder beside the graph, whose Z begins as what it makes of all rows.
func (r *Run) encode(ctx context.Context, b *Builder) error {
	own := &Builder{Scope: affinity.NewScope(b.Points), X: b.X, Seed: b.Seed, ctx: ctx, descent: b.descent}
	var err error
	if r.encoder, err = newEncoding(own, min(b.descent.Batch, b.Points)); err != nil {
		return err
	}
	if err := r.encoder.train(b.descent.engine()); err != nil {
		return err
	}
	if b.descent.Warmup > 0 {
		z, err := b.Start()
		if err == nil {
			err = r.encoder.learn(ctx, z, b.descent.Warmup)
		}
		if err != nil {
			return err
		}
	}
	b.start, err = r.encoder.all(ctx)
	b.descent.Encoder, b.beside = nil, true
	return err
}

// named refuses a name of two parameters, one of the encoder beside the graph and one of it: files know them by their names.
func (r *Run) named() error {
	seen := map[string]bool{}
	for _, n := range r.params() {
		if seen[n.Name()] {
			return fault.Field("models: encoder: parameter "+n.Name(), "the name of one of the objective's too", "a name of its own")
		}
		seen[n.Name()] = true
	}
	return nil
}

// points is how many there are: P's, the rows of X, or those of a given start.
func points(x affinity.Data, p *affinity.Matrix, d Descent) (int, error) {
	rows, _ := x.Dims()
	if x.Matrix != nil {
		rows, _ = x.Matrix.Dims()
	} else if at, ok := d.Init.(StartAt); ok && !missing(at.Z) {
		rows, _ = at.Z.Dims()
	}
	switch {
	case p != nil && x.Matrix != nil && rows != p.N:
		return 0, fault.Field("models: X", fmt.Sprintf("%d rows", rows), fmt.Sprintf("the %d points of P", p.N))
	case p != nil:
		return p.N, nil
	case rows < 1:
		return 0, fault.Field("models: X", "nil", "the data (or an input affinity or a start that says how many points there are)")
	}
	return rows, nil
}

// searchable refuses a line search on what is drawn anew in each step.
func (r *Run) searchable() error {
	for _, s := range r.descent.spans() {
		o := r.descent.optimizer(s.first)
		_, searches := started(o).(optim.Searcher)
		if searches && r.encoder != nil {
			return fault.Field("models: Optimizer", o, "one without a line search, since each step has a Batch of its own")
		}
		if searches && r.graph.drawn() {
			return fault.Field(
				"models: Optimizer",
				o,
				"one without a line search, since the objective draws samples anew in each step "+
					"(or pairs that stay, such as affinity.All)",
			)
		}
	}
	return nil
}

// bind hands the parameters to the solvers.
func (r *Run) bind() error {
	if r.encoder != nil {
		r.model = r.encoder.model()
	} else {
		for _, n := range r.graph.params {
			r.model = append(r.model, &param{r.machine, n, r.graph.grads[n]})
		}
	}
	r.restart()
	_, searches := r.solver.(optim.Searcher)
	for _, n := range r.graph.learned {
		p := &param{r.machine, n, r.graph.grads[n]}
		if searches && r.descent.Learned == nil {
			r.model = append(r.model, p)
		} else {
			r.learnedModel = append(r.learnedModel, p)
		}
	}
	if r.learnedModel != nil {
		r.learned = started(r.descent.learned())
		r.learnedRate = r.learned.LearnRate()
	}
	if r.graph.z.Op() == nil {
		return nil
	}
	var err error
	if r.forward, err = r.descent.engine().Compile(r.graph.scope, r.graph.z); err != nil {
		return fmt.Errorf("models: encoder: %w", err)
	}
	return nil
}

// wake sees to it that a start of the usual scale moves. Some kernels have no slope at the origin (UMAP's with b > 1): at a
// ten-thousandth of the distances that they are made for nothing would ever happen. The scale is then raised.
func (r *Run) wake() error {
	d := r.descent
	if _, searches := r.solver.(optim.Searcher); searches || d.startsToScale() || d.InitScaling != 0 || d.Encoder != nil {
		return nil
	}
	z := numbers(r.graph.z.Value())
	small := append([]float64(nil), z...)
	for _, scale := range []float64{usualScaling, 1e-2, 1} {
		for i, v := range small {
			z[i] = v * (scale / usualScaling)
		}
		if moves, err := r.moves(z); moves || err != nil {
			if err == nil && scale != usualScaling {
				r.notes = append(
					r.notes,
					fmt.Sprintf(
						"start: standard deviation %g, since nothing moves at %g (set InitScaling for another)",
						scale,
						usualScaling,
					),
				)
			}
			return err
		}
	}
	copy(z, small)
	r.notes = append(r.notes, "start: nothing moves there: the gradient is too small, or zero")
	return nil
}

// moves says whether a thousand steps like the first one would be as long as Z.
func (r *Run) moves(z []float64) (bool, error) {
	if err := r.graph.scope.At(0, r.descent.steps()); err != nil {
		return false, err
	}
	if err := r.machine.RunAll(); err != nil {
		return false, fmt.Errorf("models: start: %w", err)
	}
	g, err := arrayOf(r.machine, r.graph.grads[r.graph.z])
	if err != nil {
		return false, err
	}
	to, slope := append([]float64(nil), z...), append([]float64(nil), g...)
	p, err := optim.NewParam("Z", to, slope)
	if err != nil {
		return false, err
	}
	s := started(r.descent.optimizer(0))
	s.SetLearnRate(r.rate)
	if guarded("", nil, func() error { return s.Step([]G.ValueGrad{p}) }) != nil {
		return true, nil // what is wrong with it the first step says
	}
	var moved, length float64
	for i, v := range z {
		moved += float64((to[i] - v) * (to[i] - v))
		length += float64(v * v)
	}
	return !(1000*math.Sqrt(moved) < math.Sqrt(length)), nil // NaN too: diverged, and said so by the first step
}
