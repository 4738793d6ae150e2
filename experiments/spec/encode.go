package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"runtime"
)

// Version is that of the format. Decode reads this one and older ones.
const Version = 2

// Encode writes a model with all its fields.
func Encode(m Model) (json.RawMessage, error) {
	var e encoder
	e.raw(`{"version":`)
	e.value(Version)
	v := reflect.ValueOf(m)
	name, known := identify(v)
	if !known {
		const want = "models.SampledNeighborEmbedding, AffinityMatcher, Problem or ClosedForm"
		return nil, fmt.Errorf("spec: a model of type %T: want %s", m, want)
	}
	e.raw(`,"type":`)
	e.value(name)
	e.members(v)
	e.raw(`}`)
	if e.err != nil {
		return nil, fmt.Errorf("spec: %w", e.err)
	}
	return e.b.Bytes(), nil
}

// encoder writes JSON; the first error stays.
type encoder struct {
	b   bytes.Buffer
	err error
}

func (e *encoder) raw(s string) { e.b.WriteString(s) }

func (e *encoder) value(v any) {
	s, err := json.Marshal(v)
	if err != nil && e.err == nil {
		e.err = err
	}
	e.b.Write(s)
}

// field writes what stands in a field.
func (e *encoder) field(v reflect.Value) {
	switch v.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Func, reflect.Slice, reflect.Map:
		if v.IsNil() {
			e.raw("null")
			return
		}
	}
	switch {
	case v.Kind() == reflect.Interface:
		e.part(v.Elem())
	case isPart(v.Type()):
		e.part(v)
	case v.Kind() == reflect.Struct:
		e.object(v)
	case v.Kind() == reflect.Slice || v.Kind() == reflect.Array:
		e.list(v)
	case isNumber(v) || v.Kind() == reflect.Bool || v.Kind() == reflect.String:
		e.plain(v)
	default:
		e.custom(v)
	}
}

// list writes the elements of a slice or an array.
func (e *encoder) list(v reflect.Value) {
	e.raw("[")
	for i := range v.Len() {
		if i > 0 {
			e.raw(",")
		}
		e.field(v.Index(i))
	}
	e.raw("]")
}

// plain writes a number, a truth or a text. JSON has no NaN and no infinities: they become texts.
func (e *encoder) plain(v reflect.Value) {
	if v.CanFloat() {
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			e.value(fmt.Sprint(x))
			return
		}
	}
	e.value(v.Interface())
}

// part writes a part: its name, and its fields where it has any; one that is a list as a list.
func (e *encoder) part(v reflect.Value) {
	name, known := identify(v)
	switch {
	case !known:
		e.custom(v)
	case ownOf(v) != nil:
		e.raw(`{"type":`)
		e.value(name)
		e.raw(`,"version":`)
		e.value(ownOf(v).version)
		if !constant(v) {
			e.members(v)
		}
		e.raw("}")
	case v.Kind() == reflect.Slice:
		e.list(v)
	case constant(v) || v.NumField() == 0:
		e.value(name)
	default:
		e.raw(`{"type":`)
		e.value(name)
		e.members(v)
		e.raw("}")
	}
}

// custom records what only its program has: the type, a function's name, and the plain fields.
func (e *encoder) custom(v reflect.Value) {
	name := v.Type().String()
	if v.Kind() == reflect.Func {
		name += " " + runtime.FuncForPC(v.Pointer()).Name()
	}
	e.raw(`{"custom":`)
	e.value(name)
	if v.Kind() == reflect.Struct {
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && (isNumber(v.Field(i)) || f.Type.Kind() == reflect.Bool || f.Type.Kind() == reflect.String) {
				e.raw(",")
				e.value(f.Name)
				e.raw(":")
				e.plain(v.Field(i))
			}
		}
	}
	e.raw("}")
}

// object writes a struct whose type is known from where it stands.
func (e *encoder) object(v reflect.Value) {
	inner := encoder{}
	inner.members(v)
	if e.err == nil {
		e.err = inner.err
	}
	e.raw("{")
	e.raw(string(bytes.TrimPrefix(inner.b.Bytes(), []byte(","))))
	e.raw("}")
}

// members writes ,"Name":value for each field; those of embedded structs are the struct's own.
func (e *encoder) members(v reflect.Value) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			e.members(v.Field(i))
		case f.IsExported():
			e.raw(",")
			e.value(f.Name)
			e.raw(":")
			e.field(v.Field(i))
		}
	}
}

func isNumber(v reflect.Value) bool { return v.CanInt() || v.CanUint() || v.CanFloat() }
