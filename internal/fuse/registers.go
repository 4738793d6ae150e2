package fuse

import "slices"

// allocate maps the registers of single assignment to as few as the pass needs at one time: a linear scan over last uses.
// Registers that a load only points at memory get numbers of their own, after the others; nothing is written to them.
func (c *lowerer) allocate() {
	last := make([]int, c.regs)
	for at, i := range c.instrs {
		for _, r := range i.reads() {
			last[r] = at
		}
	}
	to := make([]int, c.regs)
	for r := range to {
		to[r] = -1
	}
	var free []int
	next, views := 0, []int{}
	take := func(r int) {
		if r < 0 {
			return
		}
		if n := len(free); n > 0 {
			to[r], free = free[n-1], free[:n-1]
			return
		}
		to[r] = next
		next++
	}
	release := func(r, at int) {
		if r >= 0 && last[r] <= at && to[r] >= 0 && !c.views[r] {
			free = append(free, to[r])
			last[r] = len(c.instrs) // once
		}
	}
	for at, i := range c.instrs {
		if c.views[i.dst] {
			views = append(views, i.dst)
			continue
		}
		if i.more[0] >= 0 { // several results: none may take the place of what is read
			take(i.dst)
			take(i.more[0])
			take(i.more[1])
		}
		for _, r := range i.reads() {
			release(r, at)
		}
		if i.more[0] < 0 {
			take(i.dst)
		}
		for _, r := range []int{i.dst, i.more[0], i.more[1]} { // computed and never read
			if r >= 0 && last[r] == 0 {
				release(r, at)
			}
		}
	}
	c.buffers = next
	for _, r := range views {
		to[r] = next
		next++
	}
	c.regs = next
	at := func(r int) int {
		if r < 0 {
			return r
		}
		return to[r]
	}
	for k := range c.instrs {
		i := &c.instrs[k]
		i.dst, i.a, i.b, i.c = at(i.dst), at(i.a), at(i.b), at(i.c)
		i.more = [2]int{at(i.more[0]), at(i.more[1])}
		i.ds = slices.Clone(i.ds)
		for d, r := range i.ds {
			i.ds[d] = at(r)
		}
	}
}
