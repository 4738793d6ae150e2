package optimtest

import (
	"fmt"
	"math"

	"affmatch/optim"

	G "gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// agreesWithTape descends on sum (x-1)^2 + 3(s-1)^2 twice: with gorgonia's gradient on its tape machine, which adds
// to what the last step left, and with the gradient written out.
func agreesWithTape(o optim.Optimizer) error {
	const steps, rate = 6, 0.01
	start := []float64{1.5, -0.25, 3}

	g := G.NewGraph()
	x := G.NewVector(g, tensor.Float64, G.WithShape(3), G.WithName("x"), G.WithValue(dense(start[0], start[1], start[2])))
	s := G.NewScalar(g, tensor.Float64, G.WithName("s"), G.WithValue(2.0))
	one, three := G.NewConstant(1.0), G.NewConstant(3.0)
	cost := G.Must(G.Add(
		G.Must(G.Sum(G.Must(G.Square(G.Must(G.Sub(x, one)))))),
		G.Must(G.Mul(three, G.Must(G.Square(G.Must(G.Sub(s, one))))))))
	if _, err := G.Grad(cost, x, s); err != nil {
		return err
	}
	var loss G.Value
	G.Read(cost, &loss)
	vm := G.NewTapeMachine(g, G.BindDualValues(x, s))
	defer vm.Close()
	taped := o.Start()
	taped.SetLearnRate(rate)

	byHand := model{array("x", tensor.Shape{3}, start...), scalar64("s", 2)}
	written := o.Start()
	written.SetLearnRate(rate)

	run := func() (float64, error) {
		vm.Reset()
		err := vm.RunAll()
		return loss.Data().(float64), err
	}
	formula := func() (loss float64, _ error) {
		for i := range 3 {
			d := byHand[0].get(i) - 1
			byHand[0].put(i, 2*d)
			loss += d * d
		}
		d := byHand[1].get(0) - 1
		byHand[1].put(0, 6*d)
		return loss + 3*d*d, nil
	}
	for k := range steps {
		atTape, err := run()
		if err != nil {
			return err
		}
		if err := step(taped, G.NodesToValueGrads(G.Nodes{x, s}), atTape, run); err != nil {
			return err
		}
		atHand, _ := formula()
		if err := step(written, byHand.valueGrads(), atHand, formula); err != nil {
			return err
		}
		got := append([]float64{s.Value().Data().(float64)}, x.Value().Data().([]float64)...)
		want := []float64{byHand[1].get(0), byHand[0].get(0), byHand[0].get(1), byHand[0].get(2)}
		for i := range want {
			if !(math.Abs(got[i]-want[i]) <= 1e-10) {
				return fmt.Errorf("after step %d (s, x) = %v, want %v", k, got, want)
			}
		}
	}
	return nil
}
