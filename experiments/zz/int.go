package main

import (
	"context"
	"fmt"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"

	G "gorgonia.org/gorgonia"
)

func bad() {
	x := normal(60, 4, 1)
	for name, k := range map[string]affinity.Kernel{
		"int":    affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Mul(c, G.NewConstant(-2))) }),
		"intadd": affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Neg(G.Must(G.Log(G.Must(G.Add(c, G.NewConstant(1))))))) }),
		"nil":    affinity.KernelFunc(func(c *G.Node) *G.Node { return nil }),
		"scalar": affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Sum(c)) }),
		"const":  affinity.KernelFunc(func(c *G.Node) *G.Node { return G.NewConstant(-1.0) }),
		"mul":    affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Mul(c, c)) }),
		"slice":  affinity.KernelFunc(func(c *G.Node) *G.Node { return G.Must(G.Slice(c, G.S(0, 5))) }),
		"invsq": affinity.KernelFunc(func(c *G.Node) *G.Node {
			return G.Must(G.Log(G.Must(G.InverseSqrt(G.Must(G.Add(c, G.NewConstant(1.0)))))))
		}),
	} {
		m := models.TSNE()
		m.In = affinity.EntropicAffinity{Perplexity: 5}
		m.Out, m.Steps = k, 3
		_, err := m.Fit(context.Background(), x)
		fmt.Println(name, ":", err)
	}
	for name, l := range map[string]loss.Loss{
		"const": loss.Func(func(p, q *G.Node) *G.Node { return G.NewConstant(-1.0) }),
		"int":   loss.Func(func(p, q *G.Node) *G.Node { return G.Must(G.Mul(q, G.NewConstant(2))) }),
		"nil":   loss.Func(func(p, q *G.Node) *G.Node { return nil }),
	} {
		m := models.TSNE()
		m.In = affinity.EntropicAffinity{Perplexity: 5}
		m.Repulsion, m.Steps = l, 3
		_, err := m.Fit(context.Background(), x)
		fmt.Println(name, ":", err)
	}
}
