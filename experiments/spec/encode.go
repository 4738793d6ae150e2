package spec

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"

	"gonum.org/v1/gonum/mat"
)

// Encode gives a configuration as JSON.
func Encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	if err := encode(&b, reflect.ValueOf(v)); err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	return b.Bytes(), nil
}

func encode(b *bytes.Buffer, v reflect.Value) error {
	switch v.Kind() {
	case reflect.Invalid:
		b.WriteString("null")
		return nil
	case reflect.Interface, reflect.Pointer:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		return encode(b, v.Elem())
	case reflect.Func:
		if v.IsNil() {
			b.WriteString("null")
			return nil
		}
		return value(b, map[string]string{"type": v.Type().String(), "custom": "a function of the program"})
	case reflect.Struct:
		if m, ok := v.Interface().(mat.Matrix); ok {
			n, d := m.Dims()
			return value(b, map[string]any{"type": v.Type().String(), "rows": n, "columns": d})
		}
		return fields(b, v)
	case reflect.Slice, reflect.Array:
		b.WriteByte('[')
		for i := range v.Len() {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := encode(b, v.Index(i)); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return nil
	case reflect.Float64, reflect.Float32:
		if x := v.Float(); math.IsNaN(x) || math.IsInf(x, 0) {
			return value(b, fmt.Sprint(x))
		}
	}
	if s, ok := v.Interface().(fmt.Stringer); ok {
		return value(b, s.String())
	}
	return value(b, v.Interface())
}

// fields writes a struct. Embedded structs are part of it; one that is a named built-in (loss.Named) is its name.
func fields(b *bytes.Buffer, v reflect.Value) error {
	b.WriteString(`{"type":`)
	if err := value(b, v.Type().String()); err != nil {
		return err
	}
	if err := members(b, v); err != nil {
		return err
	}
	b.WriteByte('}')
	return nil
}

func members(b *bytes.Buffer, v reflect.Value) error {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		switch {
		case !f.IsExported():
			continue
		case f.Anonymous && f.Type.Kind() == reflect.Struct:
			if err := members(b, v.Field(i)); err != nil {
				return err
			}
			continue
		}
		b.WriteByte(',')
		if err := value(b, f.Name); err != nil {
			return err
		}
		b.WriteByte(':')
		if err := encode(b, v.Field(i)); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
	}
	return nil
}

func value(b *bytes.Buffer, v any) error {
	s, err := json.Marshal(v)
	b.Write(s)
	return err
}
