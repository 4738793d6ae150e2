package models

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"math"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"sync"

	"affmatch/affinity"
	"affmatch/internal/fault"

	"gonum.org/v1/gonum/mat"
)

// Origin is the fingerprint of what a checkpoint was made of: it goes on from the same alone. What changes no bit (workers,
// a callback, a limit of memory) is not in it. Of a function only its name is known, not what it has captured.
type Origin struct {
	Method string // as it prints
	Value  string // SHA-256 of its exported fields, which printing rounds or leaves out
	Data   string // SHA-256 of X's size and values, labels and weights; of P's, where there is no X
	Seed   uint64
}

// originOf is computed when it is first asked for: most fits are never saved.
func originOf(p Problem, x mat.Matrix, given *affinity.Matrix) func() Origin {
	return sync.OnceValue(func() Origin {
		return Origin{Method: printed(p), Value: valueSum(p), Data: dataSum(x, given), Seed: p.Seed}
	})
}

// printed is the model where there is one: the problem around it would print it twice.
func printed(p Problem) string {
	text := p.String()
	if s, ok := p.Objective.(fmt.Stringer); ok {
		text = s.String()
	}
	for _, cut := range printedOfNoBit {
		text = cut.ReplaceAllString(text, "$1")
	}
	return text
}

// printedOfNoBit are ofNoBit, as they print.
var printedOfNoBit = []*regexp.Regexp{
	regexp.MustCompile(`(?m)()^ *(?:OnStep|MemoryLimit): .*\n`),
	regexp.MustCompile(`()Workers: ?\d+(?:, | )?`),
	regexp.MustCompile(`(?:, | )(\})`),
}

// refuse says in what o is not the run's own.
func (o Origin) refuse(own Origin) error {
	switch {
	case o == own:
		return nil
	case o == Origin{}:
		return fault.Field("models: Restore: Origin", "none", "that of a run's Checkpoint")
	case o.Method != own.Method:
		was, is := firstDifference(o.Method, own.Method)
		return fault.Field("models: Restore: method", was, is+", as this run's method has it")
	case o.Seed != own.Seed:
		return fault.Field("models: Restore: seed", o.Seed, fmt.Sprintf("%d, this run's", own.Seed))
	case o.Data != own.Data:
		return fault.Field("models: Restore: data", "SHA-256 "+o.Data, own.Data+", of this run's")
	}
	return fault.Field("models: Restore: method", "of other values", "this run's, which print the same (SHA-256 "+own.Value+")")
}

// firstDifference is the first line of each text that the other does not have there.
func firstDifference(a, b string) (string, string) {
	la, lb := strings.Split(a, "\n"), strings.Split(b, "\n")
	for i := range min(len(la), len(lb)) {
		if la[i] != lb[i] {
			return strings.Join(strings.Fields(la[i]), " "), strings.Join(strings.Fields(lb[i]), " ")
		}
	}
	return fmt.Sprintf("%d lines", len(la)), fmt.Sprintf("%d lines", len(lb))
}

// digest is a SHA-256 under way.
type digest struct {
	hash.Hash
	b    []byte
	seen map[uintptr]bool // pointers on the way down: a ring ends
}

func newDigest() *digest { return &digest{Hash: sha256.New(), seen: map[uintptr]bool{}} }

func (d *digest) String() string { return hex.EncodeToString(d.Sum(nil)) }

func (d *digest) text(s string) {
	d.number(uint64(len(s)))
	d.Write([]byte(s))
}

func (d *digest) number(v uint64) { d.Write(binary.LittleEndian.AppendUint64(d.b[:0], v)) }

func (d *digest) floats(all []float64) {
	d.number(uint64(len(all)))
	for part := range slices.Chunk(all, 1<<12) {
		d.b = d.b[:0]
		for _, v := range part {
			d.b = binary.LittleEndian.AppendUint64(d.b, math.Float64bits(v))
		}
		d.Write(d.b)
	}
}

func (d *digest) matrix(x mat.Matrix) {
	n, c := x.Dims()
	d.number(uint64(n))
	d.number(uint64(c))
	row := make([]float64, c)
	for i := range n {
		d.floats(mat.Row(row, i, x))
	}
}

func dataSum(x mat.Matrix, p *affinity.Matrix) string {
	d := newDigest()
	data, err := affinity.DataOf(x)
	switch {
	case err != nil: // Start has refused it
		d.text(err.Error())
	case data.Matrix != nil:
		d.matrix(data.Matrix)
		d.value(reflect.ValueOf(data.Labels))
		d.floats(data.Weights)
	case p != nil:
		d.number(uint64(p.N))
		d.number(uint64(p.Columns))
		d.value(reflect.ValueOf(p.Start))
		d.value(reflect.ValueOf(p.Tail))
		d.floats(p.Values)
	}
	return d.String()
}

func valueSum(p Problem) string {
	d := newDigest()
	d.value(reflect.ValueOf(p))
	return d.String()
}

// ofNoBit are the fields that change none.
var ofNoBit = []string{"OnStep", "MemoryLimit", "Workers"}

// value adds a value with all that its exported fields hold.
func (d *digest) value(v reflect.Value) {
	if !v.IsValid() {
		d.text("nil")
		return
	}
	d.text(v.Type().String())
	if m, ok := v.Interface().(mat.Matrix); ok && !missing(m) && v.Kind() != reflect.Interface {
		if _, labeled := m.(affinity.Data); !labeled {
			d.matrix(m)
			return
		}
	}
	switch v.Kind() {
	case reflect.Interface:
		d.value(v.Elem())
	case reflect.Pointer:
		if d.seen[v.Pointer()] {
			return
		}
		d.seen[v.Pointer()] = true
		d.value(v.Elem())
		delete(d.seen, v.Pointer())
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && !slices.Contains(ofNoBit, f.Name) {
				d.text(f.Name)
				d.value(v.Field(i))
			}
		}
	case reflect.Slice, reflect.Array:
		d.number(uint64(v.Len()))
		for i := range v.Len() {
			d.element(v.Index(i))
		}
	case reflect.Func:
		if !v.IsNil() {
			d.text(runtime.FuncForPC(v.Pointer()).Name())
		}
	case reflect.Map, reflect.Chan, reflect.UnsafePointer: // no order, or no content
		d.text("")
	default:
		d.element(v)
	}
}

// element adds a plain value without its type, others as value does.
func (d *digest) element(v reflect.Value) {
	switch {
	case v.CanInt():
		d.number(uint64(v.Int()))
	case v.CanUint():
		d.number(v.Uint())
	case v.CanFloat():
		d.number(math.Float64bits(v.Float()))
	case v.Kind() == reflect.Bool || v.Kind() == reflect.String || v.CanComplex():
		d.text(fmt.Sprint(v))
	default:
		d.value(v)
	}
}
