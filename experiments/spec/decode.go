package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"affmatch/internal/fault"
	"affmatch/internal/typo"
)

// ErrCustom is in the error of Decode where the model has a part that only its own program knows.
var ErrCustom = errors.New("a part of a researcher's own")

// Decode reads a model that Encode wrote, or a person. Errors name the field and what was wanted there; the fields'
// values are not looked at further: that is the model's Validate.
func Decode(b []byte) (Model, error) {
	m, err := decode(b)
	if err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	return m, nil
}

func decode(b []byte) (Model, error) {
	all, err := membersOf(b, "model")
	if err != nil {
		return nil, err
	}
	version, all, _ := take(all, "version")
	if v, err := strconv.Atoi(string(version)); err != nil || v < 1 || v > Version {
		return nil, fault.Field("version", orNone(version), fmt.Sprintf("1 to %d: the versions that this program reads", Version))
	}
	if string(version) == "1" {
		if all, err = modern(b); err != nil {
			return nil, err
		}
	}
	v, err := partOf(all, reflect.TypeFor[Model](), "model")
	if err != nil {
		return nil, err
	}
	return v.Interface().(Model), nil
}

func orNone(raw json.RawMessage) string {
	if raw == nil {
		return "none"
	}
	return string(raw)
}

// member is one "name": value of an object.
type member struct {
	name string
	raw  json.RawMessage
}

// membersOf reads an object in order, refusing names that come twice.
func membersOf(b []byte, at string) ([]member, error) {
	in := json.NewDecoder(bytes.NewReader(b))
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		return nil, fault.Field(at, shown(b), "an object {...}")
	}
	var all []member
	for in.More() {
		key, err := in.Token()
		if err != nil {
			return nil, fmt.Errorf("%s: %w", at, err)
		}
		m := member{name: key.(string)}
		if err := in.Decode(&m.raw); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", at, m.name, err)
		}
		if _, _, twice := take(all, m.name); twice {
			return nil, fmt.Errorf("%s: %s stands there twice", at, m.name)
		}
		all = append(all, m)
	}
	if _, err := in.Token(); err != nil {
		return nil, fmt.Errorf("%s: %w", at, err)
	}
	if in.More() {
		return nil, fmt.Errorf("%s: something follows the closing }", at)
	}
	return all, nil
}

// take splits a member off.
func take(all []member, name string) (raw json.RawMessage, rest []member, ok bool) {
	for _, m := range all {
		if m.name == name {
			raw, ok = m.raw, true
		} else {
			rest = append(rest, m)
		}
	}
	return raw, rest, ok
}

// shown is the beginning of a value, for an error.
func shown(b []byte) string {
	s := strings.Join(strings.Fields(string(b)), " ")
	if len(s) > 60 {
		s = s[:60] + "..."
	}
	return s
}

// partOf is the part that an object describes: the table's value with the fields that are given.
func partOf(all []member, field reflect.Type, at string) (reflect.Value, error) {
	if custom, _, ok := take(all, "custom"); ok {
		return reflect.Value{}, fmt.Errorf("%s = %s: %w: it needs the program that wrote it; run that program again, or put a built-in part there", at, shown(custom), ErrCustom)
	}
	raw, rest, ok := take(all, "type")
	var name string
	if !ok || json.Unmarshal(raw, &name) != nil {
		return reflect.Value{}, fault.Field(at+".type", orNone(raw), "the name of a part")
	}
	p, err := find(name, field)
	if err != nil {
		return reflect.Value{}, fmt.Errorf("%s: %w", at, err)
	}
	v := settable(p)
	if o := ownOf(p); o != nil {
		raw, others, given := take(rest, "version")
		var version string
		if given && (json.Unmarshal(raw, &version) != nil || version != o.version) {
			return v, fmt.Errorf("%s: %s is of version %s there, and of version %q in this program: %w", at, name, raw, o.version, ErrCustom)
		}
		rest = others
	}
	if constant(p) && len(rest) > 0 {
		return v, fmt.Errorf("%s: %s has no field %s", at, name, rest[0].name)
	}
	if constant(p) {
		return v, nil
	}
	return v, into(v, rest, at)
}

func settable(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}

// into sets a struct's fields.
func into(v reflect.Value, all []member, at string) error {
	for _, m := range all {
		f := v.FieldByName(m.name)
		if t, ok := v.Type().FieldByName(m.name); !ok || !t.IsExported() || t.Anonymous {
			names := fieldNames(v.Type())
			return fmt.Errorf("%s: %s has no field %s%s: want one of %s", at, v.Type().Name(), m.name, typo.Hint(m.name, names), strings.Join(names, ", "))
		}
		if err := set(f, m.raw, at+"."+m.name); err != nil {
			return err
		}
	}
	return nil
}

func fieldNames(t reflect.Type) []string {
	var names []string
	for _, f := range reflect.VisibleFields(t) {
		if f.IsExported() && !f.Anonymous {
			names = append(names, f.Name)
		}
	}
	return names
}

// set reads one field.
func set(f reflect.Value, raw json.RawMessage, at string) error {
	kind := f.Kind()
	switch {
	case string(raw) == "null" && (kind == reflect.Interface || kind == reflect.Func || kind == reflect.Slice || kind == reflect.Pointer):
		f.SetZero()
		return nil
	case isPart(f.Type()):
		v, err := part(raw, f.Type(), at)
		if err == nil {
			f.Set(v)
		}
		return err
	case kind == reflect.Struct:
		all, err := membersOf(raw, at)
		if err != nil {
			return err
		}
		return into(f, all, at)
	case kind == reflect.Slice || kind == reflect.Array:
		return setList(f, raw, at)
	case f.CanFloat() && raw[0] == '"':
		var text string
		if json.Unmarshal(raw, &text) == nil {
			if x, err := strconv.ParseFloat(text, 64); err == nil {
				f.SetFloat(x)
				return nil
			}
		}
	case kind == reflect.Func || kind == reflect.Pointer:
		_, err := part(raw, f.Type(), at)
		return err
	case string(raw) != "null" && json.Unmarshal(raw, f.Addr().Interface()) == nil:
		return nil
	}
	return fault.Field(at, shown(raw), wanted(f.Type()))
}

// setList reads the elements of a slice, or of an array, which has as many.
func setList(f reflect.Value, raw json.RawMessage, at string) error {
	var entries []json.RawMessage
	switch {
	case json.Unmarshal(raw, &entries) != nil || entries == nil:
		return fault.Field(at, shown(raw), "a list [...]")
	case f.Kind() == reflect.Slice:
		f.Set(reflect.MakeSlice(f.Type(), len(entries), len(entries)))
	case len(entries) != f.Len():
		return fault.Field(at, shown(raw), fmt.Sprintf("a list of %d", f.Len()))
	}
	for i, e := range entries {
		if err := set(f.Index(i), e, fmt.Sprintf("%s[%d]", at, i)); err != nil {
			return err
		}
	}
	return nil
}

// part is what a name, an object or a list stands for.
func part(raw json.RawMessage, field reflect.Type, at string) (reflect.Value, error) {
	if raw[0] == '[' {
		list, ok := listOf(field)
		if !ok {
			return reflect.Value{}, fault.Field(at, shown(raw), "a part, not a list of them")
		}
		v := reflect.New(list).Elem()
		return v, setList(v, raw, at)
	}
	if raw[0] == '"' {
		var name string
		if err := json.Unmarshal(raw, &name); err != nil {
			return reflect.Value{}, fmt.Errorf("%s: %w", at, err)
		}
		v, err := parse(name, field)
		if err != nil {
			return v, fmt.Errorf("%s: %w", at, err)
		}
		return v, nil
	}
	all, err := membersOf(raw, at)
	if err != nil {
		return reflect.Value{}, err
	}
	return partOf(all, field, at)
}

// wanted says what a plain field takes.
func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Bool:
		return "true or false"
	case reflect.Int, reflect.Int32, reflect.Int64:
		return "a whole number"
	case reflect.Uint, reflect.Uint64:
		return "a whole number of at least 0"
	case reflect.Float32, reflect.Float64:
		return "a number"
	}
	return "a " + t.String()
}
