package affinity

import (
	"fmt"

	"affmatch/internal/fault"
)

// usable is Validate for a P that somebody brings: it must join something.
func (p *Matrix) usable() error {
	if err := p.Validate(); err != nil {
		return err
	}
	for _, v := range p.Values {
		if v != 0 {
			return nil
		}
	}
	return fault.Field("affinity: Matrix: Values", fmt.Sprintf("%d entries, none but 0", len(p.Values)),
		"one other than 0 at least, or P joins nothing")
}

// doubled counts the entries whose pair the row has had already.
func (p *Matrix) doubled() int {
	if p.Dense() {
		return 0
	}
	_, columns := p.Dims()
	count, row := 0, make([]int32, columns) // the last row that had each column, plus 1
	for i := range p.N {
		lo, hi := p.Row(i)
		for _, j := range p.Tail[lo:hi] {
			if row[j] == int32(i)+1 {
				count++
			}
			row[j] = int32(i) + 1
		}
	}
	return count
}

// checkedOwn is a P that somebody brought with what is odd about it counted; the original stays as it is.
func (p *Matrix) checkedOwn() (*Matrix, error) {
	if err := p.usable(); err != nil {
		return nil, err
	}
	own := *p
	own.connect()
	own.Report.Doubled = own.doubled()
	if own.Dense() {
		own.Report.Isolated = own.lonely()
	}
	if own.Report == p.Report {
		return p, nil
	}
	return &own, nil
}

// lonely counts the points of a dense P that have 0 alone in their row and column.
func (p *Matrix) lonely() int {
	met := make([]bool, p.N)
	p.eachPair(func(i, j int, v float64) {
		if v != 0 {
			met[i], met[j] = true, true
		}
	})
	count := 0
	for _, m := range met {
		if !m {
			count++
		}
	}
	return count
}
