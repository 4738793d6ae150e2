package lanes

import (
	"testing"

	"affmatch/internal/machine"
)

// BenchmarkCompile makes code of UMAP's attraction: what a pass costs before its first step.
func BenchmarkCompile(b *testing.B) {
	k := &Kernel{Code: New(false)}
	squares := k.Num(1e-3)
	var d [2]Value
	for c := range d {
		head := k.Input(Source{Kind: HeadLanes, Wide: 2, Column: c})
		d[c] = k.Sub(head, k.Input(Source{Kind: Tail, Wide: 2, Column: c}))
		squares = k.FMA(d[c], d[c], squares)
	}
	power := k.PowPositive(squares, -0.105)
	u := k.FMA(k.Mul(power, squares), k.Num(1.577), k.Num(2))
	p := k.Input(Source{Kind: Stream})
	k.AccumulateProducts(AddToTotal, 0, []Value{k.Log(u)}, []Value{p})
	w := k.Mul(k.Mul(power, p), k.Reciprocal(u))
	x, y := k.Mul(w, d[0]), k.Mul(w, d[1])
	k.GiveToHeads(0, Taken{Values: []Value{x}}, Taken{Values: []Value{y}})
	k.Scatters = []Scatter{{A: x, B: y}}
	for _, set := range machine.Vectors() {
		if set == machine.Go {
			continue
		}
		b.Run(set, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Compile[float32](k, set); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
