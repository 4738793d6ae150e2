package optim_test

import (
	"fmt"
	"log"
	"math"

	"affmatch/optim"

	"gorgonia.org/gorgonia"
	"gorgonia.org/tensor"
)

// What zero means in each optimizer is what it prints.
func ExampleOptimizer() {
	for _, o := range []optim.Optimizer{
		optim.SGD{},
		optim.Adam{},
		optim.NAdam{},
		optim.Clip{Optimizer: optim.SGD{LearnRate: 1}, Value: 4},
	} {
		fmt.Printf("%+v\n", o)
	}
	// Output:
	// SGD{LearnRate:0.1 Momentum:0 Dampening:0 WeightDecay:0 Nesterov:false Gains:false MomentumBy:<nil>}
	// Adam{LearnRate:0.001 Beta1:0.9 Beta2:0.999 Epsilon:1e-08 WeightDecay:0 AMSGrad:false Lazy:false}
	// NAdam{LearnRate:0.002 Beta1:0.9 Beta2:0.999 Epsilon:1e-08 WeightDecay:0 MomentumDecay:0.004 Torch113:false}
	// Clip{Optimizer:SGD{LearnRate:1 Momentum:0 Dampening:0 WeightDecay:0 Nesterov:false Gains:false MomentumBy:<nil>} Value:4 Norm:0}
}

// The loop around a solver: run the machine, set the rate, step.
func ExampleSolver() {
	g := gorgonia.NewGraph()
	x := gorgonia.NewScalar(g, tensor.Float64, gorgonia.WithName("x"), gorgonia.WithValue(1.0))
	cost := gorgonia.Must(gorgonia.Square(x))
	if _, err := gorgonia.Grad(cost, x); err != nil {
		log.Fatal(err)
	}
	vm := gorgonia.NewTapeMachine(g, gorgonia.BindDualValues(x))
	defer vm.Close()

	solver, schedule := optim.SGD{LearnRate: 0.25}.Start(), optim.Linear{}
	rate := solver.LearnRate()
	const steps = 4
	for k := range steps {
		if err := vm.RunAll(); err != nil {
			log.Fatal(err)
		}
		solver.SetLearnRate(rate * schedule.Factor(k, steps))
		if err := solver.Step(gorgonia.NodesToValueGrads(gorgonia.Nodes{x})); err != nil {
			log.Fatal(err)
		}
		vm.Reset()
		fmt.Printf("rate %.4f, x = %.4f\n", solver.LearnRate(), x.Value().Data())
	}
	// Output:
	// rate 0.2500, x = 0.5000
	// rate 0.1875, x = 0.3125
	// rate 0.1250, x = 0.2344
	// rate 0.0625, x = 0.2051
}

// t-SNE's own optimizer.
func ExampleSGD() {
	fmt.Printf("%+v\n", optim.SGD{
		LearnRate:  200,
		Gains:      true,
		MomentumBy: optim.MomentumSwitch{Before: 0.5, After: 0.8, At: 250},
	})
	// Output:
	// SGD{LearnRate:200 Momentum:0 Dampening:0 WeightDecay:0 Nesterov:false Gains:true MomentumBy:MomentumSwitch{Before:0.5 After:0.8 At:250}}
}

// An optimizer of one's own: descent by the sign of a running mean.
func ExampleFunc() {
	signum := optim.Func{Name: "Signum", Arrays: 1, Update: func(_ int, rate float64, x, g []float64, state [][]float64) {
		for i := range x {
			state[0][i] = 0.9*state[0][i] + 0.1*g[i]
			x[i] -= rate * math.Copysign(1, state[0][i])
		}
	}}
	x, g := []float32{1, -1}, []float32{3, -0.001}
	p, err := optim.NewParam("x", x, g)
	if err != nil {
		log.Fatal(err)
	}
	if err := signum.Start().Step([]gorgonia.ValueGrad{p}); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%+v\n%v %v\n", signum, x, g)
	// Output:
	// Func{Name:Signum LearnRate:0.1 Arrays:1}
	// [0.9 -0.9] [0 0]
}

// A run is saved as a list of tensors and goes on from them, in another solver, as if it had never stopped.
func ExampleSolver_restore() {
	x, g := []float64{1, 2}, make([]float64, 2)
	p, err := optim.NewParam("x", x, g)
	if err != nil {
		log.Fatal(err)
	}
	model := []gorgonia.ValueGrad{p}
	descend := func(s optim.Solver) {
		for range 10 {
			g[0], g[1] = 2*x[0], 6*x[1]
			if err := s.Step(model); err != nil {
				log.Fatal(err)
			}
		}
	}
	adam := optim.Adam{LearnRate: 0.1}
	first := adam.Start()
	descend(first)
	half := [2]float64(x)

	second := adam.Start()
	if err := second.Restore(first.State()); err != nil {
		log.Fatal(err)
	}
	descend(first)
	whole := [2]float64(x)
	copy(x, half[:])
	descend(second)
	fmt.Println(whole == [2]float64(x))
	// Output:
	// true
}
