package spec

import (
	"fmt"
	"reflect"
	"strings"

	"affmatch/affinity"
)

// parse reads a part as a command line writes it: its name, and around another part name(inner): odds(student),
// normalized(gaussian), clip(adam). Where an output affinity is wanted, a kernel stands for the Of of it. What is wrapped
// around nothing keeps the table's inner part.
func parse(text string, field reflect.Type) (reflect.Value, error) {
	name, inner, wraps := strings.Cut(strings.TrimSpace(text), "(")
	p, err := find(name, field)
	if err != nil {
		if output := reflect.TypeFor[affinity.Output](); field == output {
			if k, kernelErr := parse(text, reflect.TypeFor[affinity.Kernel]()); kernelErr == nil {
				return reflect.ValueOf(affinity.Of{Kernel: k.Interface().(affinity.Kernel)}), nil
			}
		}
		return reflect.Value{}, err
	}
	v := settable(p)
	if !wraps {
		return v, nil
	}
	inner, closed := strings.CutSuffix(inner, ")")
	at := wrapped(v)
	switch {
	case !closed:
		return v, fmt.Errorf("%q: want a closing parenthesis", text)
	case !at.IsValid():
		return v, fmt.Errorf("%q: %s has no part inside", text, nameOf(p))
	}
	w, err := parse(inner, at.Type())
	if err != nil {
		return v, err
	}
	at.Set(w)
	return v, nil
}

// wrapped is the field of a part around another one that holds it.
func wrapped(v reflect.Value) reflect.Value {
	if constant(v) || v.Kind() != reflect.Struct {
		return reflect.Value{}
	}
	for _, name := range []string{"Kernel", "Output", "Optimizer", "Then", "Term", "In"} {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.Interface {
			return f
		}
	}
	return reflect.Value{}
}

// format writes a part as parse reads it.
func format(v reflect.Value) string {
	if v.Kind() == reflect.Interface {
		if v.IsNil() {
			return "none"
		}
		v = v.Elem()
	}
	name, known := identify(v)
	if !known {
		return "custom " + v.Type().String()
	}
	name = kebab(name)
	if at := wrapped(v); at.IsValid() && !at.IsNil() {
		return name + "(" + format(at) + ")"
	}
	return name
}
