package models

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"

	"affmatch/affinity"
	"affmatch/optim"
)

// String is the method, a line a part: what the value says, and of the Descent what its zeros stand for. Other zeros are
// left out.
func (m SampledNeighborEmbedding) String() string {
	if m.Metric == nil {
		m.Metric = affinity.SquaredEuclidean
	}
	m.Descent = m.filled()
	return lines(m, m.Descent)
}

// String is the method, a line a part, as SampledNeighborEmbedding's.
func (m AffinityMatcher) String() string {
	m.Descent = m.filled()
	return lines(m, m.Descent)
}

// String is the problem, a line a part, as SampledNeighborEmbedding's.
func (p Problem) String() string {
	p.Descent = p.filled()
	return lines(p, p.Descent)
}

// String is the method, a line a part, as SampledNeighborEmbedding's.
func (m ClosedForm) String() string {
	m.Dim = m.dim()
	return lines(m, Descent{})
}

// filled puts the defaults where the zeros are.
func (d Descent) filled() Descent {
	d.Optimizer, d.Init, d.Engine = d.optimizer(d.steps()-1), d.initializer(), d.engineGiven()
	d.InitScaling, d.Dim, d.Steps = d.scaling(), d.dim(), d.steps()
	return d
}

func lines(model any, d Descent) string {
	v := reflect.ValueOf(model)
	var b strings.Builder
	b.WriteString(v.Type().Name() + "{\n")
	eachField(v, func(name string, f reflect.Value) {
		text := describe(f)
		if name == "Optimizer" && d.Rate != nil && !optim.RateGiven(d.Optimizer) {
			text = defaultRate.ReplaceAllString(text, "LearnRate:Rate's")
		}
		fmt.Fprintf(&b, "  %-13s %s\n", name+":", text)
	})
	return b.String() + "}"
}

// defaultRate is what an optimizer prints that is given no rate: its own, which the rule takes the place of.
var defaultRate = regexp.MustCompile(`LearnRate:[^ }]+`)

// eachField visits the fields that are not zero, those of embedded structs among them.
func eachField(v reflect.Value, visit func(name string, f reflect.Value)) {
	for i := range v.NumField() {
		switch f := v.Type().Field(i); {
		case !f.IsExported() || v.Field(i).IsZero():
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			eachField(v.Field(i), visit)
		default:
			visit(f.Name, v.Field(i))
		}
	}
}

// describe prints a part as itself: by its own String, else by its type and its fields that are not zero. A function is
// its type; nothing is ever an address.
func describe(v reflect.Value) string {
	name := v.Type().Name()
	if s, ok := v.Interface().(fmt.Stringer); ok && v.Kind() != reflect.Interface {
		if s := s.String(); !strings.HasPrefix(s, "{") {
			return s
		}
		return name + s.String()
	}
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			return "nil"
		}
		return describe(v.Elem())
	case reflect.Struct:
		var fields []string
		eachField(v, func(name string, f reflect.Value) { fields = append(fields, name+": "+describe(f)) })
		return name + "{" + strings.Join(fields, ", ") + "}"
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
		return v.Type().String()
	case reflect.Slice, reflect.Array:
		if k := v.Type().Elem().Kind(); k != reflect.Struct && k != reflect.Interface {
			return fmt.Sprintf("%v of %d", v.Type(), v.Len())
		}
		var entries []string
		for i := range v.Len() {
			entries = append(entries, describe(v.Index(i)))
		}
		return name + "[" + strings.Join(entries, ", ") + "]"
	case reflect.Map:
		return fmt.Sprintf("%v of %d", v.Type(), v.Len())
	}
	if v.Type().PkgPath() != "" { // a number or a text of somebody's own type
		return fmt.Sprintf("%s(%v)", name, v)
	}
	return fmt.Sprint(v)
}
