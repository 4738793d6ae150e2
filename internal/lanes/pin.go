package lanes

import "affmatch/internal/native"

// pin says how many slots are computed abreast, and gives the registers that they do not need to carries, which are read
// and written in each, and to the values that are read most often. Where parts take turns in the registers, only what is
// the same in all of them can stay.
func (c *compiler) pin(all ...*expansion) {
	most := 6 // that the code around the slots uses
	for _, x := range all {
		most = max(most, x.pressure())
	}
	c.copies, c.together = 1, c.parts() == 1
	if part := all[0].pressure(); part > 0 && all[0].sums() { // several take at most several times as many
		if n := (c.registers() - c.parts()*len(c.carryHome)) / part / c.parts(); n > 0 {
			c.together, c.copies = true, min(n, max(1, 4/c.parts()))
			most = max(most, c.copies*c.parts()*part)
		}
	}
	spare := c.registers() - most
	next := native.Vec(c.registers())
	give := func(h int) {
		need := c.parts()
		if c.homes[h].word {
			need = 1
		}
		if spare < need || c.homes[h].pinned {
			return
		}
		c.homes[h].pinned, spare = true, spare-need
		for p := range c.parts() {
			if p < need {
				next--
			}
			c.homes[h].register[p] = next
		}
	}
	if c.together {
		for _, h := range c.carryHome {
			give(h)
		}
	}
	uses := make([]int, len(c.homes))
	for _, o := range all[0].ops {
		for _, r := range [...]ref{o.x, o.y, o.z, o.sel} {
			if r.kind == refHome {
				uses[r.home]++
			}
		}
		if o.x.kind == refHome {
			uses[o.x.home] += 4 // memory does not do
		}
	}
	for tried := make([]bool, len(c.homes)); spare > 0; {
		best := -1
		for h, n := range uses {
			if n > 0 && !tried[h] && !c.homes[h].pinned && (c.homes[h].word || c.together) && (best < 0 || n > uses[best]) {
				best = h
			}
		}
		if best < 0 {
			return
		}
		tried[best] = true
		give(best)
	}
}
