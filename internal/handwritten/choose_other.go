//go:build !amd64 || purego

package handwritten

// HasKernel says whether this build and this machine run the assembly.
const HasKernel = false

func (u *UMAP) attract(s int) float64            { return u.attractGo(s) }
func (u *UMAP) repel(s int, step uint64) float64 { return u.repelGo(s, step) }
func (u *UMAP) descend(lo, hi int) float64       { return u.descendGo(lo, hi) }
