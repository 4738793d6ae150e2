package knn

import "context"

// reversed holds for each row the rows that list it, ascending, each with the freshness of that entry.
type reversed struct {
	start []int
	from  []int32
}

func (r *reversed) of(i int) []int32 { return r.from[r.start[i]:r.start[i+1]] }

// reverse turns the lists around. Each worker reads all lists for a range of rows of its own.
func (d *descent) reverse(ctx context.Context) (*reversed, error) {
	r := &reversed{start: make([]int, d.n+1)}
	ranges := min(d.workers, d.n)
	span := blocks(d.n, ranges)
	sweep := func(do func(i, v int32, entry int32)) error {
		return parallel(ctx, d.workers, ranges, func() func(int) error {
			return func(task int) error {
				lo, hi := int32(task*span), int32(min((task+1)*span, d.n))
				for e, entry := range d.index {
					if i := bare(entry); i >= lo && i < hi {
						do(i, int32(e/d.width), entry)
					}
				}
				return nil
			}
		})
	}
	if err := sweep(func(i, _, _ int32) { r.start[i+1]++ }); err != nil {
		return nil, err
	}
	for i := range d.n {
		r.start[i+1] += r.start[i]
	}
	r.from = make([]int32, r.start[d.n])
	end := make([]int, d.n)
	return r, sweep(func(i, v, entry int32) {
		r.from[r.start[i]+end[i]] = v | entry&fresh
		end[i]++
	})
}
