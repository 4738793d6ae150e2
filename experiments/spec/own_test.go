package spec

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"

	G "gorgonia.org/gorgonia"
)

// unregistered gives the names back after a test.
func unregistered(t *testing.T) {
	t.Helper()
	o, n, m, u := owns, named, methods, used
	used = false
	t.Cleanup(func() { owns, named, methods, used = o, n, m, u })
}

// scaled is a kernel type of one's own, with a parameter.
type Scaled struct{ Scale float64 }

func (k Scaled) LogKernel(_ *affinity.Scope, c *G.Node) (*G.Node, error) {
	return G.Mul(c, G.NewConstant(-k.Scale))
}

// kernelOf is a closure: each call makes another kernel of the same line of code.
func kernelOf(scale float64) affinity.Kernel {
	return affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Mul(-scale) })
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestOwnPartsHaveNamesEverywhere(t *testing.T) {
	unregistered(t)
	two, three := kernelOf(2), kernelOf(3)
	square := loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Mul(logQ).Neg() })
	must(t, Register("two", "v1", two))
	must(t, Register("three", "v1", three))
	must(t, Register("Scaled", "2026-11", Scaled{Scale: 0.5}))
	must(t, Register("pull", "a", square))
	method := models.UMAP()
	method.Out, method.Attraction = affinity.Odds{Kernel: three}, square
	must(t, RegisterMethod("mine", "my method", method))

	found, err := Lookup("mine")
	must(t, err)
	m := found.Model()
	for _, c := range []struct{ set, to, want string }{
		{"affinity-out", "two", `"type":"two","version":"v1"`}, {"affinity-out", "odds(three)", `"Kernel":{"type":"three","version":"v1"}`},
		{"affinity-out", "scaled", `{"type":"Scaled","version":"2026-11","Scale":0.5}`}, {"attraction", "pull", `"Attraction":{"type":"pull","version":"a"}`},
	} {
		changed, err := Set(m, c.set, c.to)
		must(t, err)
		b, err := Encode(changed)
		must(t, err)
		if !strings.Contains(string(b), c.want) {
			t.Errorf("-%s %s: no %s in %s", c.set, c.to, c.want, b)
		}
		if what, custom := Custom(b); custom {
			t.Errorf("%s has no name", what)
		}
		again, err := Decode(b)
		must(t, err)
		if c, err := Encode(again); err != nil || string(c) != string(b) {
			t.Errorf("%s\ncomes back as\n%s", b, c)
		}
	}
	scaled, err := Set(m, "affinity-out", "scaled")
	must(t, err)
	scaled, err = Set(scaled, "scale", "3")
	must(t, err)
	if out := scaled.(models.SampledNeighborEmbedding).Out; out != (Scaled{Scale: 3}) {
		t.Errorf("%#v", out)
	}
	if !strings.Contains(fmt.Sprint(Parameters(scaled)), "three") {
		t.Error("the names are no choices")
	}
}

// TestAnotherClosureIsNotTheOneWithTheName, though it is of the same line of code.
func TestAnotherClosureIsNotTheOneWithTheName(t *testing.T) {
	unregistered(t)
	must(t, Register("two", "v1", kernelOf(2)))
	m := models.TSNE()
	m.Out = kernelOf(2)
	b, err := Encode(m)
	must(t, err)
	if what, custom := Custom(b); !custom || what == "" || strings.Contains(string(b), `"two"`) {
		t.Errorf("%s", b)
	}
	if err := RegisterMethod("mine", "mine", m); err == nil || !strings.Contains(err.Error(), "Register it first") {
		t.Errorf("a method with a part that has no name: %v", err)
	}
}

func TestAnotherVersionIsRefused(t *testing.T) {
	unregistered(t)
	kernel := kernelOf(2)
	must(t, Register("two", "v1", kernel))
	m := models.TSNE()
	m.Out = kernel
	b, err := Encode(m)
	must(t, err)
	owns[0].version = "v2"
	if _, err := Decode(b); !errors.Is(err, ErrCustom) || !strings.Contains(err.Error(), `"v1"`) || !strings.Contains(err.Error(), `"v2"`) {
		t.Errorf("%v", err)
	}
	owns, named = nil, named[:len(named)-1]
	if _, err := Decode(b); err == nil || !strings.Contains(err.Error(), `"two"`) {
		t.Errorf("a name that the program does not know: %v", err)
	}
}

func TestRegisterSaysWhatIsWrong(t *testing.T) {
	unregistered(t)
	kernel := kernelOf(2)
	must(t, Register("two", "v1", kernel))
	for want, err := range map[string]error{
		`name = "", want letters`:                   Register("", "v1", kernelOf(1)),
		`name = "a b", want letters`:                Register("a b", "v1", kernelOf(1)),
		`version = ""`:                              Register("one", "", kernelOf(1)),
		"part = nil":                                Register("one", "v1", nil),
		"part = nil, want a part":                   Register("one", "v1", affinity.KernelFunc(nil)),
		"part = int":                                Register("one", "v1", 3),
		`name = "student", want one that no kernel`: Register("student", "v1", kernelOf(1)),
		`name = "Two", want one that no kernel`:     Register("Two", "v1", kernelOf(1)),
		`another than that of "two"`:                Register("again", "v1", kernel),
		`name = "tsne", want one that no method`:    RegisterMethod("tsne", "t", models.TSNE()),
		`name = "My", want small letters`:           RegisterMethod("My", "t", models.TSNE()),
		"method = nil":                              RegisterMethod("my", "t", nil),
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	used = true
	if err := Register("late", "v1", kernelOf(1)); err == nil || !strings.Contains(err.Error(), "before anything else") {
		t.Errorf("too late: %v", err)
	}
}
