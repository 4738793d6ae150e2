package lanes

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/machine"
)

// A world is the memory that the tests' kernels work on: a few arrays of each kind, tiles of all lengths, and masks.
type world struct {
	r       *rand.Rand
	points  int // entries of a table
	lanes   int // of all tiles
	tables  int
	streams int
	ends    int
	outputs int // arrays of each kind
	tiles   []Tile
	masks   []uint16
	wild    bool // among the numbers are those that are none
}

const shift = 3 * Width // entries of streams stand so far behind the lanes

func newWorld(seed uint64) *world {
	w := &world{r: rand.New(rand.NewPCG(seed, 31)), tables: 3, streams: 2, ends: 2, outputs: 3}
	w.points = 1 + w.r.IntN(40)
	for n := range 1 + w.r.IntN(6) {
		slots := w.r.IntN(6)
		if w.r.IntN(8) == 0 {
			slots = 15 + w.r.IntN(20) // more than a block of the interpreter
		}
		full := slots - min(slots, w.r.IntN(4))
		t := Tile{Row: int64(n * Width), Head: int64((n + 1) * Width), Part: int64((n + 2) * Width), At: int64(w.lanes), Entry: int64(w.lanes + shift), Mask: int64(len(w.masks))}
		w.lanes += slots * Width
		t.Full, t.End = t.At+int64(full*Width), int64(w.lanes)
		for range slots - full {
			mask := uint16(w.r.Uint32())
			switch w.r.IntN(4) {
			case 0:
				mask = 0
			case 1:
				mask = 1<<w.r.IntN(Width) - 1
			}
			w.masks = append(w.masks, mask)
		}
		w.tiles = append(w.tiles, t)
	}
	return w
}

// newFrame has the same numbers each time.
func newFrame[T Float](w *world) *Frame[T] {
	r := rand.New(rand.NewPCG(uint64(w.lanes), 32))
	arrays := func(n, size int) (list [][]T) {
		for range n {
			a := ordinary[T](size, r)
			if w.wild {
				for i := range a {
					if r.IntN(10) == 0 {
						a[i] = specials[T]()[r.IntN(len(specials[T]()))]
					}
				}
			}
			list = append(list, a)
		}
		return list
	}
	indices := func(size int) []int32 {
		v := make([]int32, size)
		for i := range v {
			v[i] = int32(r.IntN(w.points))
			if i > 0 && r.IntN(3) == 0 {
				v[i] = v[i-1] // scattered to twice in a row
			}
		}
		return v
	}
	size := max(2*w.points, w.lanes+shift+Width)
	f := &Frame[T]{
		Scalars: arrays(1, 3)[0], Heads: indices((len(w.tiles) + 1) * Width), Masks: w.masks,
		Tables: arrays(w.tables, size), Streams: arrays(w.streams, size),
		Columns: arrays(2*w.outputs, size), Stored: arrays(w.outputs, size), Parts: arrays(w.outputs, (len(w.tiles)+2)*Width),
	}
	for range w.ends {
		f.Tails = append(f.Tails, indices(w.lanes))
	}
	for n := range w.outputs {
		f.Totals, f.Rows = append(f.Totals, make([]float64, Width)), append(f.Rows, make([]float64, len(w.tiles)*Width))
		for i := range f.Rows[n] {
			f.Rows[n][i] = float64(ordinary[float32](1, r)[0])
		}
	}
	return f
}

// difference says where two frames that began the same are not any more.
func difference[T Float](got, want *Frame[T]) string {
	for kind, pair := range map[string][2][][]T{"columns": {got.Columns, want.Columns}, "stored": {got.Stored, want.Stored}, "parts": {got.Parts, want.Parts}} {
		if s := differ(kind, pair[0], pair[1]); s != "" {
			return s
		}
	}
	if s := differ("totals", got.Totals, want.Totals); s != "" {
		return s
	}
	return differ("rows", got.Rows, want.Rows)
}

func differ[T Float](kind string, got, want [][]T) string {
	for n := range want {
		for i, v := range want[n] {
			if !sameBits(got[n][i], v) {
				return fmt.Sprintf("%s %d, entry %d = %g, want %g", kind, n, i, got[n][i], v)
			}
		}
	}
	return ""
}

// agree runs a kernel number by number, by the interpreter, and by every set of instructions: twice by the same runner.
func agree[T Float](t *testing.T, what string, k *Kernel, w *world) {
	t.Helper()
	want := newFrame[T](w)
	for range 2 {
		runNaive(k, want, w.tiles)
	}
	sets := machine.Vectors()
	for _, i := range k.Instrs {
		if i.Op == Call {
			sets = []string{machine.Go}
		}
	}
	for _, set := range sets {
		got := newFrame[T](w)
		r := runnerOn[T](t, k, set)
		for range 2 {
			r.Run(got, w.tiles)
		}
		if d := difference(got, want); d != "" {
			t.Errorf("%s, %T, %s: %s\n%v\n%s", what, T(0), set, d, w.tiles, k)
			return
		}
	}
}

func newKernel[T Float]() *Kernel { return &Kernel{Code: New(double[T]())} }

// sources has every kind of input.
func (w *world) sources() (list []Source) {
	for n := range w.tables {
		list = append(list, Source{Kind: HeadAlone, Array: n, Wide: 1}, Source{Kind: Column, Array: n}, Source{Kind: HeadColumn, Array: n})
		for wide := 1; wide <= 2; wide++ {
			for column := range wide {
				list = append(list, Source{Kind: HeadLanes, Array: n, Wide: wide, Column: column})
				for end := range w.ends {
					list = append(list, Source{Kind: Tail, Array: n, End: end, Wide: wide, Column: column})
				}
			}
		}
	}
	for n := range w.streams {
		list = append(list, Source{Kind: Stream, Array: n})
	}
	return list
}

func bothPrecisions(t *testing.T, test32, test64 func(t *testing.T)) {
	t.Run("float32", test32)
	t.Run("float64", test64)
}

// TestSources stores what comes in, alone and with all others.
func TestSources(t *testing.T) { bothPrecisions(t, testSources[float32], testSources[float64]) }

func testSources[T Float](t *testing.T) {
	for seed := range uint64(8) {
		w := newWorld(seed)
		for _, s := range w.sources() {
			k := newKernel[T]()
			k.Stores = []Store{{A: k.Input(s), Out: 1}}
			agree[T](t, s.String(), k, w)
		}
		k, sum := newKernel[T](), Value(None)
		for n, s := range w.sources() {
			v := k.Input(s)
			if n == 0 {
				sum = v
			} else {
				sum = k.Add(sum, v)
			}
		}
		k.Stores = []Store{{A: sum, Out: 0}, {A: k.Scalar(2), Out: 1}, {A: k.Num(math.Pi), Out: 2}}
		agree[T](t, "all sources", k, w)
	}
}

// TestCarries has every way in which a carry goes on and ends.
func TestCarries(t *testing.T) { bothPrecisions(t, testCarries[float32], testCarries[float64]) }

func testCarries[T Float](t *testing.T) {
	kernels := map[string]func(k *Kernel, a, b Value){
		"sum to total": func(k *Kernel, a, _ Value) { k.Accumulate(AddToTotal, 1, a) },
		"sum to rows":  func(k *Kernel, a, _ Value) { k.Accumulate(AddToRows, 2, a) },
		"sum to parts": func(k *Kernel, a, _ Value) { k.Accumulate(ToParts, 0, a) },
		"products":     func(k *Kernel, a, b Value) { k.AccumulateProducts(AddToRows, 0, []Value{a, b}, []Value{b, b}) },
		"no products":  func(k *Kernel, _, _ Value) { k.AccumulateProducts(AddToTotal, 0, nil, nil) },
		"largest":      func(k *Kernel, a, _ Value) { k.Largest(1, a) },
		"log-sum-exp":  func(k *Kernel, a, _ Value) { k.LogSumExp(0, a) },
		"to heads": func(k *Kernel, a, b Value) {
			k.GiveToHeads(3, Taken{Values: []Value{a}, A: []Value{a, b}, B: []Value{b, b}})
		},
		"points to heads": func(k *Kernel, a, b Value) {
			k.GiveToHeads(1, Taken{Values: []Value{a, b}}, Taken{A: []Value{a}, B: []Value{b}})
			k.Accumulate(AddToTotal, 1, a)
			k.GiveToHeads(0, Taken{A: []Value{b}, B: []Value{a}})
		},
		"an input":   func(k *Kernel, a, _ Value) { k.carry(3, ToParts, 0).Next = a },
		"a constant": func(k *Kernel, _, _ Value) { k.carry(3, ToParts, 0).Next = k.Num(4) },
		"a scalar":   func(k *Kernel, _, _ Value) { k.carry(3, ToParts, 0).Next = k.Scalar(1) },
		"one value for two": func(k *Kernel, a, b Value) {
			k.carry(1, ToParts, 0).Next, k.carry(2, ToParts, 1).Next = k.Mul(a, b), k.Mul(a, b)
		},
		"read by others": func(k *Kernel, a, _ Value) {
			k.Accumulate(AddToTotal, 0, a)
			k.Stores = append(k.Stores, Store{A: k.Mul(k.Carries[0].Value, k.Num(2)), Out: 0}, Store{A: k.Carries[0].Next, Out: 1})
		},
		"changed places": func(k *Kernel, a, _ Value) {
			k.carry(1, ToParts, 0)
			k.carry(2, ToParts, 1)
			k.Carries[0].Next, k.Carries[1].Next = k.Carries[1].Value, k.Add(k.Carries[0].Value, a)
		},
		"one behind another": func(k *Kernel, a, _ Value) {
			k.Accumulate(AddToTotal, 0, a)
			k.carry(7, ToParts, 0).Next = k.Carries[0].Value
		},
		"all": func(k *Kernel, a, b Value) {
			k.Accumulate(AddToTotal, 1, k.Mul(a, b))
			k.Accumulate(AddToTotal, 0, a)
			k.Accumulate(AddToRows, 0, b)
			k.Largest(1, b)
			k.LogSumExp(1, a)
			k.Accumulate(AddToRows, 2, k.Exp(b))
		},
	}
	for name, of := range kernels {
		for seed := range uint64(20) {
			w := newWorld(100 + seed)
			w.wild = seed%2 == 1
			k := newKernel[T]()
			of(k, k.Input(Source{Kind: Stream}), k.Input(Source{Kind: Tail, Wide: 1}))
			agree[T](t, name, k, w)
		}
	}
}

// TestScatters has every way into an array, alone and several on one, at tails that repeat.
func TestScatters(t *testing.T) { bothPrecisions(t, testScatters[float32], testScatters[float64]) }

func testScatters[T Float](t *testing.T) {
	kernels := map[string]func(a, b Value) []Scatter{
		"one":            func(a, _ Value) []Scatter { return []Scatter{{A: a, B: None, Out: 1, End: 1}} },
		"two":            func(a, b Value) []Scatter { return []Scatter{{A: a, B: b, Out: 1, End: 0}} },
		"larger":         func(a, _ Value) []Scatter { return []Scatter{{A: a, B: None, Out: 1, End: 1, Larger: true}} },
		"one in order":   func(a, _ Value) []Scatter { return []Scatter{{A: a, B: None, Out: 2, End: InOrder}} },
		"larger ordered": func(a, _ Value) []Scatter { return []Scatter{{A: a, B: None, Out: 2, End: InOrder, Larger: true}} },
		"product": func(a, b Value) []Scatter {
			return []Scatter{{A: a, B: b, Out: 2, End: InOrder, Product: true}}
		},
		"at entries": func(a, b Value) []Scatter {
			return []Scatter{
				{A: a, B: b, Out: 2, End: InOrder, Product: true}, {A: a, B: b, Out: 1, End: AtEntries, Product: true},
				{A: b, B: None, Out: 1, End: AtEntries}, {A: a, B: None, Out: 0, End: AtEntries, Larger: true},
			}
		},
		"ends of one": func(a, b Value) []Scatter {
			return []Scatter{{A: a, B: None, Out: 1, End: 1}, {A: b, B: None, Out: 1, End: 0}}
		},
		"ends of two": func(a, b Value) []Scatter {
			return []Scatter{{A: a, B: b, Out: 1, End: 1}, {A: b, B: a, Out: 1, End: 0}}
		},
		"all": func(a, b Value) []Scatter {
			return []Scatter{
				{A: a, B: b, Out: 0, End: 1}, {A: b, B: None, Out: 1, End: InOrder}, {A: a, B: None, Out: 2, End: 0}, {A: b, B: None, Out: 3, End: 0, Larger: true},
				{A: b, B: a, Out: 0, End: 0}, {A: a, B: b, Out: 5, End: InOrder, Product: true}, {A: a, B: None, Out: 4, End: InOrder, Larger: true}, {A: a, B: None, Out: 3, End: 1, Larger: true},
			}
		},
	}
	for name, of := range kernels {
		for seed := range uint64(20) {
			w := newWorld(200 + seed)
			w.wild = seed%2 == 1
			k := newKernel[T]()
			a, b := k.Input(Source{Kind: Stream}), k.Input(Source{Kind: Tail, Wide: 1})
			k.Scatters = of(a, k.Mul(a, b))
			agree[T](t, name, k, w)
		}
	}
}

// TestMoreThanTheMachineHas needs more registers, masks and pointers than there are.
func TestMoreThanTheMachineHas(t *testing.T) { bothPrecisions(t, testMore[float32], testMore[float64]) }

func testMore[T Float](t *testing.T) {
	for seed := range uint64(4) {
		w := newWorld(300 + seed)
		inputs := func(k *Kernel) (a, b Value) {
			return k.Input(Source{Kind: Stream}), k.Input(Source{Kind: Tail, Wide: 1})
		}

		k := newKernel[T]()
		a, b := inputs(k)
		values := []Value{a, b}
		for n := range 60 { // all alive until the sum
			values = append(values, k.FMA(values[n], values[n+1], k.Num(float64(n)/8)))
			values = append(values, k.Div(values[n], values[n+2]))
		}
		sum := values[0]
		for _, v := range values[1:] {
			sum = k.Add(k.Mul(sum, k.Num(0.5)), v)
		}
		k.Accumulate(AddToRows, 1, sum)
		k.Stores = []Store{{A: sum}}
		agree[T](t, "values", k, w)

		k = newKernel[T]()
		a, b = inputs(k)
		var masks []Value
		for n := range 12 {
			masks = append(masks, k.cmp(k.Mul(a, k.Num(float64(n)/4)), [...]uint64{Less, NotLess, GreaterThan, Equal}[n%4], b))
		}
		sum = a
		for n, m := range masks { // first to last, then pairs of them: all alive at a time
			sum = k.Add(k.sel(m, sum, k.Neg(b)), k.keep(k.without(m, masks[(n+5)%len(masks)]), b))
			sum = k.Sub(sum, k.keep(k.both(m, masks[(n+7)%len(masks)]), k.Num(1.5)))
			sum = k.Add(sum, k.Num(float64(n)))
		}
		k.Accumulate(AddToTotal, 1, sum)
		k.Stores = []Store{{A: sum}}
		agree[T](t, "masks", k, w)

		k = newKernel[T]()
		w.tables, w.streams, w.outputs, w.ends = 9, 7, 8, 4
		sum = k.Num(0)
		for n := range w.tables {
			sum = k.FMA(k.Input(Source{Kind: Tail, Array: n, End: n % w.ends, Wide: 1 + n%2, Column: n % 2}), k.Input(Source{Kind: Stream, Array: n % w.streams}), sum)
			sum = k.Sub(sum, k.Mul(k.Input(Source{Kind: Column, Array: n}), k.Input(Source{Kind: HeadLanes, Array: n, Wide: 2, Column: 1})))
		}
		for n := range w.outputs {
			v := k.Mul(sum, k.Num(float64(n+1)))
			k.Stores = append(k.Stores, Store{A: v, Out: n})
			k.Scatters = append(k.Scatters, Scatter{A: v, B: None, Out: n, End: n%(w.ends+1) - 1, Larger: n%3 == 2})
			k.Scatters = append(k.Scatters, Scatter{A: v, B: sum, Out: w.outputs + n, End: n % w.ends})
			k.Accumulate(AddToRows, n, v)
			k.Accumulate(ToParts, n, k.Neg(v))
			k.Accumulate(AddToTotal, n, k.Abs(v))
		}
		agree[T](t, "arrays", k, w)
	}
}

// TestRegistersThatStay has so few values that constants stay in nearly all registers, while scatters behind the parts of a
// slot and the ends of tiles need some.
func TestRegistersThatStay(t *testing.T) {
	bothPrecisions(t, testStaying[float32], testStaying[float64])
}

func testStaying[T Float](t *testing.T) {
	for seed := range uint64(8) {
		w := newWorld(400 + seed)
		for constants := range 34 {
			k := newKernel[T]()
			a := k.Input(Source{Kind: Stream})
			v := a
			for n := range constants {
				v = k.FMA(v, k.Num(1+float64(n)/32), k.Num(-float64(n)/32))
			}
			k.Accumulate(AddToTotal, 1, v)
			k.Scatters = []Scatter{{A: v, B: None, Out: 1, End: 0}, {A: v, B: None, Out: 0, End: 1}}
			agree[T](t, fmt.Sprintf("%d constants", constants), k, w)
			if t.Failed() {
				return
			}
		}
	}
}

// TestRandomKernels draws code, inputs and outputs.
func TestRandomKernels(t *testing.T) { bothPrecisions(t, testRandom[float32], testRandom[float64]) }

func testRandom[T Float](t *testing.T) {
	n := uint64(1000)
	if testing.Short() {
		n = 100
	}
	for seed := range n {
		w := newWorld(1000 + seed)
		w.wild = seed%3 == 0
		agree[T](t, fmt.Sprintf("seed %d", seed), randomKernel[T](w), w)
		if t.Failed() {
			return
		}
	}
}

func randomKernel[T Float](w *world) *Kernel {
	k, r := newKernel[T](), w.r
	values, masks := []Value{k.Num(1.5), k.Scalar(r.IntN(3))}, []Value(nil)
	sources := w.sources()
	for range 1 + r.IntN(8) {
		values = append(values, k.Input(sources[r.IntN(len(sources))]))
	}
	any := func() Value { // rather a late one
		n := len(values)
		return values[max(r.IntN(n), r.IntN(n))]
	}
	for range r.IntN(4) {
		k.carry(float64(r.IntN(3)-1), [...]Flush{AddToTotal, AddToRows, MaxOfRows, ToParts}[r.IntN(4)], r.IntN(w.outputs))
	}
	mine := map[[2]int]bool{} // an array is written in one way, and parts once
	for n := range k.Carries {
		c := &k.Carries[n]
		kind := int(c.Flush)
		if c.Flush == MaxOfRows {
			kind = int(AddToRows)
		}
		if mine[[2]int{kind, c.Out}] {
			c.Flush, c.Out = AddToTotal, n%w.outputs
		}
		mine[[2]int{kind, c.Out}] = true
		values = append(values, c.Value)
	}
	unary := []func(Value) Value{
		k.Abs, k.Neg, k.Inv, k.Rsqrt, k.Sqrt, k.Ceil, k.Floor, k.Sign, k.Exp, k.Expm1, k.Log, k.Log1p, k.Sigmoid, k.Softplus, k.Tanh,
	}
	binary := []func(a, b Value) Value{k.Add, k.Sub, k.Mul, k.Div, k.Max, k.Min, k.max, k.min, k.Apart, k.Add, k.Mul, k.Sub}
	ternary := []func(a, b, c Value) Value{k.FMA, k.FNMA, k.fms, k.FMA}
	relations := []uint64{Equal, Unordered, NotEqual, Less, LessEqual, NotLess, NotLessEq, GreaterEq, GreaterThan}
	if r.IntN(8) == 0 {
		unary = append(unary, k.Sin, k.Cos)
	}
	length := 5 + r.IntN(25)
	if r.IntN(10) == 0 {
		length = 100
	}
	for range length {
		switch r.IntN(12) {
		case 0, 1:
			values = append(values, unary[r.IntN(len(unary))](any()))
		case 2, 3, 4:
			values = append(values, ternary[r.IntN(len(ternary))](any(), any(), any()))
		case 5:
			masks = append(masks, k.cmp(any(), relations[r.IntN(len(relations))], any()))
		case 6:
			if len(masks) > 0 {
				m, n := masks[r.IntN(len(masks))], masks[r.IntN(len(masks))]
				masks = append(masks, k.both(m, n), k.without(n, m))
				values = append(values, k.sel(m, any(), any()), k.keep(n, any()))
			}
		case 7:
			if r.IntN(4) == 0 {
				values = append(values, k.Pow(any(), any()))
			}
		default:
			values = append(values, binary[r.IntN(len(binary))](any(), any()))
		}
	}
	if r.IntN(3) > 0 { // as the engine does it: results do not depend on carries, and carries depend on themselves
		depends := k.depends()
		values = slices.DeleteFunc(values, func(v Value) bool { return depends[v] })
	}
	for n := range k.Carries {
		c := &k.Carries[n]
		switch c.Next = k.FMA(any(), any(), c.Value); r.IntN(4) {
		case 0:
			c.Next = k.Max(any(), c.Value)
		case 1:
			c.Next = k.Add(k.Mul(c.Value, k.Num(0.5)), k.Mul(k.Exp(k.Neg(k.Abs(c.Value))), any()))
		case 2:
			if len(k.Carries) > 1 {
				c.Next = k.Add(k.Carries[(n+1)%len(k.Carries)].Value, any())
			}
		}
		if r.IntN(10) == 0 {
			c.Next = any()
		}
	}
	for out := range w.outputs {
		if r.IntN(2) == 0 {
			k.Stores = append(k.Stores, Store{A: any(), Out: out})
		}
	}
	for out := range 2 * w.outputs { // one kind for each array, in order, at entries or at tails
		end, larger, wide := r.IntN(w.ends+2)-2, r.IntN(3) == 0, r.IntN(2) == 0
		for range r.IntN(3) {
			s := Scatter{A: any(), B: None, Out: out, End: end, Larger: larger}
			if end < 0 && wide && !larger {
				s.B, s.Product = any(), true
			}
			if end >= 0 {
				s.End = r.IntN(w.ends)
				if wide && !larger {
					s.B = any()
				}
			}
			k.Scatters = append(k.Scatters, s)
		}
	}
	r.Shuffle(len(k.Scatters), func(i, j int) { k.Scatters[i], k.Scatters[j] = k.Scatters[j], k.Scatters[i] })
	return k
}

// TestNoMachineCode: there is none for sines and cosines, and an error says so.
func TestNoMachineCode(t *testing.T) {
	for _, set := range machine.Vectors() {
		if set == machine.Go {
			continue
		}
		for _, f := range []func(c *Code, x Value) Value{(*Code).Sin, (*Code).Cos} {
			k := newKernel[float32]()
			k.Stores = []Store{{A: f(k.Code, k.Input(Source{Kind: Stream}))}}
			code, err := Compile[float32](k, set)
			if code != nil || err == nil || !strings.Contains(err.Error(), "no machine code for call") {
				t.Errorf("%s: %v, want an error about call", set, err)
			}
			k.Stores = nil // what nobody needs is left out
			if _, err := Compile[float32](k, set); err != nil {
				t.Errorf("%s: %v", set, err)
			}
		}
	}
}
