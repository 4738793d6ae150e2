package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"affmatch/internal/fault"
	"affmatch/internal/typo"
	"affmatch/models"
)

// Set gives the model with one parameter changed. A part that already is of the named type stays as it is. Exaggeration for
// no steps is none.
func Set(m Model, name, text string) (Model, error) {
	var err error
	found := false
	v := walk(reflect.ValueOf(m), nil, func(f reflect.Value, p Parameter) {
		if p.Name == name {
			found = true
			if e := assign(f, p.Name, text); e != nil && err == nil {
				err = e
			}
		}
	})
	if !found {
		return nil, unknown(m, name)
	}
	if err != nil {
		return nil, fmt.Errorf("spec: %w", err)
	}
	return Edit(v.Interface().(Model), func(d *models.Descent) {
		if name == "exaggeration-steps" && len(d.Phases) > 0 && d.Phases[0].Steps == 0 {
			d.Phases = d.Phases[1:]
		}
	}), nil
}

// unknown says why a model has no parameter of that name.
func unknown(m Model, name string) error {
	var here []string
	for _, p := range Parameters(m) {
		here = append(here, p.Name)
	}
	for _, k := range Known() {
		if k.Name == name {
			return fmt.Errorf("spec: no parameter %s in this method: it belongs to %s%s", name, k.Owner, methodsWith(name))
		}
	}
	return fmt.Errorf("spec: no parameter %q%s: want one of %s", name, typo.Hint(name, here), strings.Join(here, ", "))
}

// methodsWith is ", as in tsne, sne": the presets that have a parameter.
func methodsWith(name string) string {
	var names []string
	for _, m := range methods {
		if slices.ContainsFunc(Parameters(m.Model()), func(p Parameter) bool { return p.Name == name }) {
			names = append(names, m.Name)
		}
	}
	if names == nil {
		return ""
	}
	return ", as in " + strings.Join(names, ", ")
}

// assign sets a field from its text.
func assign(f reflect.Value, name, text string) error {
	wrong := func() error { return fault.Field(name, text, wanted(f.Type())) }
	switch {
	case name == "dtype":
		if text != "float32" && text != "float64" {
			return fault.Field(name, text, "float32 or float64")
		}
		f.SetBool(text == "float64")
	case f.Kind() == reflect.Interface && text == "none":
		f.SetZero()
	case f.Kind() == reflect.Interface && text == format(f): // a list too, which has no other name
	case isPart(f.Type()):
		v, err := parse(text, f.Type())
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		if format(v) != format(f) {
			f.Set(v)
		}
	case f.Kind() == reflect.Slice:
		f.SetZero()
		for entry := range strings.SplitSeq(text, ",") {
			k, err := strconv.Atoi(strings.TrimSpace(entry))
			if err != nil {
				return fault.Field(name, text, "whole numbers with commas between")
			}
			f.Set(reflect.Append(f, reflect.ValueOf(k)))
		}
	case f.Kind() == reflect.Bool:
		b, err := strconv.ParseBool(text)
		if err != nil {
			return wrong()
		}
		f.SetBool(b)
	case f.CanInt():
		i, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return wrong()
		}
		f.SetInt(i)
	case f.CanUint():
		u, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return wrong()
		}
		f.SetUint(u)
	case f.CanFloat():
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return wrong()
		}
		f.SetFloat(x)
	default:
		f.SetString(text)
	}
	return nil
}

// textOf is a field as assign reads it.
func textOf(f reflect.Value, name string) string {
	switch {
	case name == "dtype" && f.Bool():
		return "float64"
	case name == "dtype":
		return "float32"
	case isPart(f.Type()):
		return format(f)
	case f.Kind() == reflect.Slice:
		return strings.Trim(strings.ReplaceAll(fmt.Sprint(f.Interface()), " ", ","), "[]")
	}
	return fmt.Sprint(f.Interface())
}
