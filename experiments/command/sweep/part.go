package sweep

import (
	"fmt"
	"strconv"
	"strings"

	"affmatch/experiments/grid"
)

// part is every so manyth cell, from one on, counted from 0: K/N. A step of 0 is that one alone: K.
type part struct{ from, step int }

// of are the cells.
func (p part) of(all []grid.Cell) (own []grid.Cell) {
	for k := p.from; k < len(all); k += p.step {
		own = append(own, all[k])
		if p.step == 0 {
			break
		}
	}
	return own
}

// Set reads K or K/N.
func (p *part) Set(text string) error {
	first, step, several := strings.Cut(text, "/")
	var err error
	if p.from, err = strconv.Atoi(first); err == nil && several {
		p.step, err = strconv.Atoi(step)
	}
	if err != nil || p.from < 0 || several && p.from >= p.step {
		return fmt.Errorf("%q: want a number of a fit, from 0 on, or K/N for every Nth from the Kth on, K below N", text)
	}
	return nil
}

func (p part) String() string { return "" }
