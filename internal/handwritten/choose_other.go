//go:build !amd64 || purego

package handwritten

// HasKernel says whether this build and this machine run the assembly.
const HasKernel = false

func (u *Embedding) attract(s int) float64            { return u.attractGo(s) }
func (u *Embedding) repel(s int, step uint64) float64 { return u.repelGo(s, step) }
func (u *Embedding) descend(lo, hi int) float64       { return u.descendGo(lo, hi) }
