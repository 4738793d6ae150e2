package models

import (
	"errors"
	"fmt"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/optim"
)

// Phase is a stretch of a descent with settings of its own.
type Phase struct {
	Steps        int             // at least 1
	Exaggeration float64         // factor on the attraction (van der Maaten and Hinton, 2008, section 3.4); 0: 1, none
	Optimizer    optim.Optimizer // of this phase alone; nil: the Descent's, which goes on with what it remembers
	Schedule     optim.Schedule  // factor on the rate over this phase; nil: the Descent's, over all steps
}

func (p Phase) validate(at string) error {
	var faults []error
	if p.Steps < 1 {
		faults = append(faults, fault.Field(at+".Steps", p.Steps, "at least 1"))
	}
	return errors.Join(append(faults, atLeastZero(at+".Exaggeration", p.Exaggeration),
		part(at+".Optimizer", p.Optimizer), part(at+".Schedule", p.Schedule))...)
}

// factor is the exaggeration.
func (p Phase) factor() float64 {
	if p.Exaggeration == 0 {
		return 1
	}
	return p.Exaggeration
}

// Exaggerate is a list of one phase: so many steps with the attraction multiplied by factor.
func Exaggerate(factor float64, steps int) []Phase {
	return []Phase{{Steps: steps, Exaggeration: factor}}
}

// span is where a phase lies in the descent.
type span struct {
	Phase
	first, end int
}

// span is the phase of a step, cut to the steps: one of Phases, or what is left of the steps, with the Descent's own
// settings; that of the last step for those beyond.
func (d Descent) span(step int) span {
	var last span
	at := 0
	for _, p := range d.Phases {
		end := min(at+p.Steps, d.steps())
		if end <= at {
			continue
		}
		if last = (span{p, at, end}); step < end {
			return last
		}
		at = end
	}
	if at < d.steps() || at == 0 {
		return span{Phase{}, at, d.steps()}
	}
	return last
}

// spans are all phases.
func (d Descent) spans() []span {
	all := []span{d.span(0)}
	for end := all[0].end; end < d.steps(); end = all[len(all)-1].end {
		all = append(all, d.span(end))
	}
	return all
}

// exaggerated says whether any phase is.
func (d Descent) exaggerated() bool {
	for _, s := range d.spans() {
		if s.factor() != 1 {
			return true
		}
	}
	return false
}

// exaggeration is the course of the phases' factors, as a schedule that compares equal to itself.
type exaggeration affinity.Knots

// Factor is that of the step's phase.
func (e exaggeration) Factor(step, total int) float64 { return affinity.Knots(e).Factor(step, total) }

func (e exaggeration) String() string { return fmt.Sprint(affinity.Knots(e)) }

func (d Descent) exaggeration() exaggeration {
	var knots exaggeration
	for _, s := range d.spans() {
		knots = append(knots, [2]float64{float64(s.first), s.factor()}, [2]float64{float64(s.end - 1), s.factor()})
	}
	return knots
}
