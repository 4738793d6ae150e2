package models

import (
	"bytes"
	"context"
	"encoding/gob"
	"strings"
	"testing"

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
