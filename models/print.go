package models

import (
	"fmt"
	"reflect"
	"strings"

	"affmatch/affinity"
)

// String is the method, a line a part: what the value says, and of the Descent what its zeros stand for. Other zeros are
// left out.
func (m SampledNeighborEmbedding) String() string {
	if m.Metric == nil {
		m.Metric = affinity.SquaredEuclidean
	}
	m.Descent = m.filled()
	return lines(m)
}

// String is the method, a line a part, as SampledNeighborEmbedding's.
func (m AffinityMatcher) String() string {
	m.Descent = m.filled()
	return lines(m)
}

// filled puts the defaults where the zeros are.
func (d Descent) filled() Descent {
	d.Optimizer, d.Init, d.Engine = d.optimizer(d.Exaggeration.Steps), d.initializer(), d.engine()
	d.InitScaling, d.Dim, d.Steps = d.scaling(), d.dim(), d.steps()
	return d
}

func lines(model any) string {
	v := reflect.ValueOf(model)
	var b strings.Builder
	b.WriteString(v.Type().Name() + "{\n")
	eachField(v, func(name string, f reflect.Value) { fmt.Fprintf(&b, "  %-13s %s\n", name+":", describe(f)) })
	return b.String() + "}"
}

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
	case reflect.Slice, reflect.Array, reflect.Map:
		return fmt.Sprintf("%v of %d", v.Type(), v.Len())
	}
	return fmt.Sprint(v)
}
