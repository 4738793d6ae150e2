package plan

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/models"
)

// Fit is what is planned: a problem, the size of its data, and the processes that may make it.
type Fit struct {
	Problem models.Problem
	Rows    int
	Columns int
	Ranks   []int // numbers of processes
	Cores   int   // of a process; 0: 1
	Network Network
}

// Rank is what one of so many processes has, and what a step takes them. Bytes are about what arrays take at most, of X that
// is float32.
type Rank struct {
	Ranks int  `json:"ranks"`
	Today Held `json:"today"` // each has all of X, the index and P
	Split Held `json:"split"` // as if it had its part of them
	Step  Step `json:"step"`
}

// Held is bytes.
type Held struct {
	X      int64 `json:"x"`
	Search int64 `json:"search"` // at its height, with what becomes P
	P      int64 `json:"p"`      // what stays, with lists and index for new rows
	Steps  int64 `json:"steps"`  // Z, its gradients, the optimizer's arrays, what pairs need
	Peak   int64 `json:"peak"`
}

// Step is seconds.
type Step struct {
	Divided  float64 `json:"divided"` // of the process with the most pairs
	Own      float64 `json:"own"`     // what every process does
	Exchange float64 `json:"exchange"`
	Seconds  float64 `json:"seconds"`
	SpeedUp  float64 `json:"speed_up"` // over one process
}

// Plan rehearses some steps of the fit on a few points, as one process and as several, and says what the whole takes. It
// takes some seconds.
func (f Fit) Plan(ctx context.Context) ([]Rank, error) {
	if err := f.validate(); err != nil {
		return nil, err
	}
	r, err := f.rehearse(ctx)
	if err != nil {
		return nil, err
	}
	var all []Rank
	for _, ranks := range f.Ranks {
		of := Rank{Ranks: ranks}
		if of.Today, err = f.held(models.Ranks{Count: ranks}); err != nil {
			return nil, err
		}
		if of.Split, err = f.held(models.Ranks{Count: ranks, Split: true}); err != nil {
			return nil, err
		}
		if of.Step, err = f.step(r, ranks); err != nil {
			return nil, err
		}
		all = append(all, of)
	}
	return all, nil
}

func (f Fit) validate() error {
	var faults []error
	if f.Rows < 2 || f.Rows > math.MaxInt32 || f.Columns < 1 || f.Columns > math.MaxInt32 {
		faults = append(faults, fault.Field("plan: data", fmt.Sprintf("%d x %d", f.Rows, f.Columns),
			fmt.Sprintf("2 to %d rows, 1 to %[1]d columns", math.MaxInt32)))
	}
	for _, ranks := range f.Ranks {
		if ranks < 1 {
			faults = append(faults, fault.Field("plan: ranks", ranks, "at least 1"))
		}
	}
	if f.Cores < 0 {
		faults = append(faults, fault.Field("plan: cores", f.Cores, "at least 1, or 0 for 1"))
	}
	if f.Problem.Encoder != nil {
		faults = append(faults, fault.Field("plan: encoder", fmt.Sprintf("%T", f.Problem.Encoder), "none"))
	}
	return errors.Join(append(faults, f.Network.validate(), f.Problem.Validate())...)
}

// held is what the arrays of one process take.
func (f Fit) held(of models.Ranks) (Held, error) {
	e, err := f.Problem.RankMemory(f.Rows, f.Columns, of)
	if err != nil {
		return Held{}, err
	}
	x := 4 * int64(f.Rows) * int64(f.Columns)
	if of.Split {
		x = (x + int64(of.Count) - 1) / int64(of.Count)
	}
	peak, _ := e.Peak()
	h := Held{X: x, Peak: x + peak}
	for _, s := range e.Stages {
		switch s.Name {
		case "start":
			h.Steps += s.Kept
		case "steps":
			h.Steps += s.Bytes
		default:
			h.Search = max(h.Search, h.P+s.Bytes)
			h.P += s.Kept
		}
	}
	return h, nil
}
