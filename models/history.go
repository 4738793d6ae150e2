package models

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"

	"gonum.org/v1/gonum/mat"
)

// Record is what one step was: its values belong to Z before the step's move.
type Record struct {
	Step         int     // from 0
	Loss         float64 // the sum of the terms, each times its weight
	Terms        []TermValue
	GradNorm     float64 // Frobenius norm of the gradient in Z and every other parameter
	LearnRate    float64 // of this step's move
	Exaggeration float64 // factor on the attraction in this step; 1: none
	SumError     float64 // the largest relative error of sums over all pairs seen so far, in sampled rows; 0: they are exact
	Seconds      float64 // wall time of the step
}

// recordFields are a record's names in JSON beside those of its terms.
var recordFields = []string{"step", "loss", "grad_norm", "learn_rate", "exaggeration", "sum_error", "seconds"}

// TermValue is the value of one term, without its weight.
type TermValue struct {
	Name  string
	Value float64
}

// Term is the value of the named term.
func (r Record) Term(name string) (value float64, ok bool) {
	for _, t := range r.Terms {
		if t.Name == name {
			return t.Value, true
		}
	}
	return 0, false
}

// MarshalJSON gives one flat object: step, loss, the terms by name, grad_norm, learn_rate, exaggeration, sum_error where
// sums are not exact, seconds. What is not finite becomes null.
func (r Record) MarshalJSON() ([]byte, error) {
	b := append([]byte(`{"step":`), strconv.Itoa(r.Step)...)
	number := func(name string, v float64) error {
		key, err := json.Marshal(name)
		if err != nil {
			return err
		}
		val := []byte("null")
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			if val, err = json.Marshal(v); err != nil {
				return err
			}
		}
		b = append(append(append(append(b, ','), key...), ':'), val...)
		return nil
	}
	fields := append([]TermValue{{"loss", r.Loss}}, r.Terms...)
	fields = append(fields, TermValue{"grad_norm", r.GradNorm}, TermValue{"learn_rate", r.LearnRate},
		TermValue{"exaggeration", r.Exaggeration})
	if r.SumError > 0 {
		fields = append(fields, TermValue{"sum_error", r.SumError})
	}
	fields = append(fields, TermValue{"seconds", r.Seconds})
	for _, f := range fields {
		if err := number(f.Name, f.Value); err != nil {
			return nil, err
		}
	}
	return append(b, '}'), nil
}

// StepFunc is called after each step with its record and the embedding after the move. The matrix is a view, valid only
// in the call. ErrStop ends the fit without an error; any other error ends it with that error.
type StepFunc func(Record, *mat.Dense) error

func (f StepFunc) String() string {
	if f == nil {
		return "none"
	}
	return "StepFunc"
}

// ErrStop, returned by a StepFunc, ends the fit; its result is complete and Stopped.
var ErrStop = errors.New("models: stop")

// ErrDiverged is in the error of a fit whose loss or gradient was no longer finite.
var ErrDiverged = errors.New("models: diverged")

// Status says how a fit ended.
type Status int

// The ways to end.
const (
	Running   Status = iota // not ended: more steps can be made
	Exhausted               // all steps were made
	Converged               // the rule of Stop found nothing left to gain
	Stopped                 // a callback returned ErrStop, or a rule of Stop ended it
	Canceled                // the context ended
	Diverged                // the loss or the gradient was not finite
	Failed                  // the machine, the optimizer or a callback returned an error
	Computed                // by a ClosedForm, which has no steps
)

func (s Status) String() string {
	switch s {
	case Running:
		return "running"
	case Exhausted:
		return "all steps made"
	case Converged:
		return "converged"
	case Stopped:
		return "stopped"
	case Canceled:
		return "canceled"
	case Diverged:
		return "diverged"
	case Failed:
		return "failed"
	case Computed:
		return "computed"
	}
	return fmt.Sprintf("Status(%d)", int(s))
}
