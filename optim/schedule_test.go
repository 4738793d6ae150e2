package optim_test

import (
	"fmt"
	"math"
	"testing"

	"affmatch/internal/golden"
	"affmatch/optim"
)

// The golden file gives the rates of 30 steps. Where the reference's schedule ran out before, ours holds its last factor.
func TestGoldenSchedulesEqualTorch(t *testing.T) {
	var file struct {
		Cases []struct {
			Scheduler string
			LR        []float64
		}
	}
	golden.Load(t, "schedulers", &file)
	ours := map[string]struct {
		schedule optim.Schedule
		total    int // of ours; differs from 30 where the reference's ran out
		holds    float64
	}{
		"constant":                                     {optim.Constant{}, 30, 0},
		"linear(n_iter=30)":                            {optim.Linear{}, 30, 0},
		"linear(n_iter=10)":                            {optim.Linear{}, 10, 0}, // goes negative there
		"cosine(T_max=30)":                             {optim.Cosine{}, 30, 0},
		"cosine(T_max=10,eta_min=0.1)":                 {optim.Cosine{Min: 0.1}, 10, 0.1}, // rises again there
		"exponential(gamma=0.9)":                       {optim.Exponential{Gamma: 0.9}, 30, 0},
		"step(step_size=7,gamma=0.5)":                  {optim.Step{Every: 7, Gamma: 0.5}, 30, 0},
		"multistep([5,12],gamma=0.1)":                  {optim.MultiStep{At: []int{5, 12}}, 30, 0},
		"linear(n_iter=-150)":                          {optim.Linear{}, -150, 1}, // grows there
		"torch linear(start_factor=1/3,total_iters=5)": {optim.Warmup{From: 1. / 3, Steps: 5}, 30, 0},
	}
	if len(file.Cases) != len(ours) && !golden.Other() {
		t.Fatalf("%d golden cases, %d of ours", len(file.Cases), len(ours))
	}
	for _, c := range file.Cases {
		o, known := ours[c.Scheduler]
		if !known {
			t.Fatalf("unknown golden case %q", c.Scheduler)
		}
		got, want := make([]float64, len(c.LR)), c.LR
		for k := range got {
			got[k] = o.schedule.Factor(k, o.total)
			if k > o.total {
				want[k] = o.holds
			}
		}
		within(t, c.Scheduler, got, want, 1e-12)
	}
}

func TestSchedulesAreFiniteAndNotNegativeEverywhere(t *testing.T) {
	for _, s := range schedules {
		for _, total := range []int{-150, 0, 1, 2, 100} {
			for step := -1; step < 300; step++ {
				if f := s.Factor(step, total); !(f >= 0) || f > 1 || math.IsInf(f, 0) {
					t.Fatalf("%+v: factor at step %d of %d = %v", s, step, total, f)
				}
			}
		}
		if err := optim.Validate(s); err != nil {
			t.Errorf("%+v: %v", s, err)
		}
	}
}

var schedules = []optim.Schedule{
	optim.Constant{}, optim.Linear{}, optim.Linear{End: 0.1}, optim.Cosine{}, optim.Cosine{Min: 0.01},
	optim.Exponential{Gamma: 0.99}, optim.Step{Every: 10}, optim.MultiStep{At: []int{0, 5, 50}}, optim.MultiStep{},
	optim.Warmup{}, optim.Warmup{Steps: 10, Then: optim.Cosine{}}, optim.Warmup{From: 0.1, Steps: 200, Then: optim.Linear{}},
}

func TestWarmupGivesTheRestOfTheRunToThen(t *testing.T) {
	s := optim.Warmup{From: 0.5, Steps: 4, Then: optim.Linear{}}
	var got []float64
	for step := range 9 {
		got = append(got, s.Factor(step, 8))
	}
	within(t, "warmup, linear", got, []float64{0.5, 0.625, 0.75, 0.875, 1, 0.75, 0.5, 0.25, 0}, 1e-15)
}

func everyTenth(step, total int) float64 { return float64(step % 10) }

func ExampleSchedule() {
	for _, s := range []optim.Schedule{
		optim.Constant{},
		optim.Linear{},
		optim.Cosine{Min: 0.01},
		optim.Step{Every: 100},
		optim.Warmup{Steps: 50, Then: optim.Cosine{}},
		optim.ScheduleFunc(everyTenth),
	} {
		fmt.Printf("%+v\n", s)
	}
	// Output:
	// Constant
	// Linear{End:0}
	// Cosine{Min:0.01}
	// Step{Every:100 Gamma:0.1}
	// Warmup{From:0 Steps:50 Then:Cosine{Min:0}}
	// ScheduleFunc(affmatch/optim_test.everyTenth)
}

func ExampleLinear() {
	s := optim.Linear{}
	const steps = 4
	for k := range steps {
		fmt.Println(s.Factor(k, steps))
	}
	// Output:
	// 1
	// 0.75
	// 0.5
	// 0.25
}
