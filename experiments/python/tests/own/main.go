// Command own is a researcher's program, for the tests of the Python package: embed with a kernel and a method of one's own.
package main

import (
	"affmatch/affinity"
	"affmatch/experiments/lab"
	"affmatch/models"
)

func main() {
	heavy := affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Sqrt().Neg() })
	m := models.TSNE()
	m.Out, m.Steps = heavy, 50
	lab.Main(lab.Part{Name: "heavy", Version: "1", Of: heavy}, lab.Method{Name: "heavy-tsne", Title: "t-SNE, heavy", Of: m})
}
