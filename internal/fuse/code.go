package fuse

import (
	"affmatch/internal/lanes"
	"affmatch/internal/machine"
	"affmatch/internal/pairs"
)

// compileKernels makes machine code of the passes. One that cannot be is run in plain Go, with the same results. Tails that
// are drawn uniformly are drawn by the code itself, where all passes over the set have some; else they are brought to
// memory.
func (m *Machine[T]) compileKernels() {
	itself := map[*pairs.Index]bool{}
	for _, c := range m.order {
		p := m.passes[c]
		if p == nil { // of a tree
			m.compileKernel(c)
			continue
		}
		uniform, ok := p.on.Sample.(pairs.UniformSampler)
		if ok && m.set != machine.Go && p.on.K <= lanes.Slots && p.on.Start == nil {
			_, points := uniform.Uniform(0)
			for end, n := range p.on.Points[1:] {
				ok = ok && points <= n && points > 1
				c.kernel.Drawn = append(c.kernel.Drawn, end)
			}
		}
		if ok = ok && len(c.kernel.Drawn) > 0; !ok {
			c.kernel.Drawn = nil
		}
		if m.compileKernel(c); m.code[c.kernel] == nil {
			ok = false
		}
		if all, seen := itself[p.on]; !seen || all {
			itself[p.on] = ok
		}
	}
	for _, k := range m.adders {
		if m.set == machine.Go {
			break
		}
		if code, err := lanes.Compile[T](k, m.set); err == nil { // else nothing of the machine is code
			m.code[k] = code
		}
	}
	for _, c := range m.order {
		p := m.passes[c]
		if p == nil {
			continue
		}
		if p.itself = itself[p.on]; p.itself {
			p.uniform = p.on.Sample.(pairs.UniformSampler)
			continue
		}
		if len(c.kernel.Drawn) > 0 {
			if c.kernel.Drawn = nil; m.code[c.kernel] != nil {
				m.compileKernel(c)
			}
		}
		p.tails = m.tailsOf(p)
		for s := range p.frames {
			p.frames[s].Tails = p.tails
		}
	}
}

func (m *Machine[T]) compileKernel(c *program) {
	if m.set == machine.Go {
		return
	}
	delete(m.code, c.kernel)
	code, err := lanes.Compile[T](c.kernel, m.set)
	if err != nil {
		m.plan.al.slow("pass over %s is run in plain Go: %v", c.in.on.Name, err)
		return
	}
	m.code[c.kernel] = code
}

// runner runs a kernel for one goroutine.
func (m *Machine[T]) runner(k *lanes.Kernel) lanes.Runner[T] {
	if code := m.code[k]; code != nil {
		return code()
	}
	return lanes.Interpret[T](k)
}
