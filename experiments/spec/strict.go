package spec

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"

	"affmatch/internal/typo"
)

// Strict reads JSON as encoding/json does, but refuses what that lets pass: fields that nobody reads, names in another case,
// names that stand there twice, and anything after the value.
func Strict(b []byte, v any) error {
	in := json.NewDecoder(bytes.NewReader(b))
	if err := names(in, reflect.TypeOf(v).Elem(), ""); err != nil {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	if _, err := in.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the closing }")
	}
	if err := json.Unmarshal(b, v); err != nil {
		return errors.New(strings.TrimPrefix(err.Error(), "json: "))
	}
	return nil
}

// names checks those of one value. t is nil where they are not known: parts of a model, and what reads itself.
func names(in *json.Decoder, t reflect.Type, at string) error {
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	token, err := in.Token()
	if err != nil {
		return err
	}
	var inner reflect.Type
	switch token {
	case json.Delim('{'):
		fields := fieldsOf(t)
		var seen []string
		for in.More() {
			key, err := in.Token()
			if err != nil {
				return err
			}
			name := key.(string)
			if slices.Contains(seen, name) {
				return fmt.Errorf("%s stands there twice", at+name)
			}
			seen = append(seen, name)
			field, known := fields[name]
			if fields != nil && !known {
				var all []string
				for n := range fields {
					all = append(all, n)
				}
				slices.Sort(all)
				return fmt.Errorf("unknown field %q%s: want one of %s", at+name, typo.Hint(name, all), strings.Join(all, ", "))
			}
			if err := names(in, field, at+name+"."); err != nil {
				return err
			}
		}
	case json.Delim('['):
		if t != nil && (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && !readsItself(t) {
			inner = t.Elem()
		}
		for in.More() {
			if err := names(in, inner, at); err != nil {
				return err
			}
		}
	default:
		return nil
	}
	_, err = in.Token()
	return err
}

func readsItself(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]())
}

// fieldsOf are a struct's, by their names in JSON; nil: it is none, or reads itself.
func fieldsOf(t reflect.Type) map[string]reflect.Type {
	if t == nil || t.Kind() != reflect.Struct || readsItself(t) {
		return nil
	}
	fields := map[string]reflect.Type{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); f.IsExported() && !f.Anonymous && name != "-" {
			if name == "" {
				name = f.Name
			}
			fields[name] = f.Type
		}
	}
	return fields
}
