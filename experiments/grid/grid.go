package grid

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"affmatch/experiments/prepare"
	"affmatch/experiments/spec"
	"affmatch/internal/fault"
	"affmatch/internal/whole"
)

// Grid is what a sweep runs, as its file says.
type Grid struct {
	Data    []Data   `json:"data"`
	Methods []Method `json:"methods"`
	Set     Axes     `json:"set,omitempty"`   // of all methods
	Seeds   []uint64 `json:"seeds,omitempty"` // of the fits; none: the methods' own. (A sample of the data has its own seed.)
}

// Data is a set of points: in the file a recipe, or its "in" alone.
type Data struct {
	Name string `json:"name,omitempty"` // in tables and folders; empty: from the file's
	prepare.Recipe
}

// Method is a preset with settings of its own: in the file an object, or the preset's name alone.
type Method struct {
	Name   string `json:"name,omitempty"` // in tables and folders; empty: the preset's
	Method string `json:"method,omitempty"`
	Config string `json:"config,omitempty"` // a run's config.json to start from, instead of a preset
	Set    Axes   `json:"set,omitempty"`
}

// Axes are settings, in the order of the file.
type Axes []Axis

// Axis is a parameter with the values that it takes, as texts.
type Axis struct {
	Name   string
	Values []string
}

// Read reads a grid's file.
func Read(path string) (Grid, error) {
	b, err := whole.ReadSettings(path)
	if err != nil {
		return Grid{}, fmt.Errorf("grid: %w", err)
	}
	g, err := Parse(b)
	if err != nil {
		return g, fmt.Errorf("grid: %s: %w", path, err)
	}
	return g, nil
}

// Parse reads a grid.
func Parse(b []byte) (Grid, error) {
	var g Grid
	if err := spec.Strict(b, &g); err != nil {
		return g, err
	}
	switch {
	case len(g.Data) == 0:
		return g, fault.Field("data", "none", "at least one")
	case len(g.Methods) == 0:
		return g, fault.Field("methods", "none", "at least one")
	}
	return g, nil
}

// UnmarshalJSON takes a recipe, or its "in".
func (d *Data) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &d.In) == nil {
		return nil
	}
	type plain Data
	return spec.Strict(b, (*plain)(d))
}

// UnmarshalJSON takes an object, or a preset's name.
func (m *Method) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &m.Method) == nil {
		return nil
	}
	type plain Method
	return spec.Strict(b, (*plain)(m))
}

// UnmarshalJSON keeps the order of the file.
func (a *Axes) UnmarshalJSON(b []byte) error {
	in := json.NewDecoder(bytes.NewReader(b))
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		return fault.Field("set", string(b), `an object {"parameter": value or [values]}`)
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return err
		}
		axis := Axis{Name: name.(string)}
		var raw json.RawMessage
		if err := in.Decode(&raw); err != nil {
			return err
		}
		if axis.Values, err = texts(raw); err != nil {
			return fmt.Errorf("set: %s: %w", axis.Name, err)
		}
		for _, other := range *a {
			if other.Name == axis.Name {
				return fmt.Errorf("set: %s stands there twice", axis.Name)
			}
		}
		*a = append(*a, axis)
	}
	_, err := in.Token()
	return err
}

// texts are one value, or several.
func texts(raw json.RawMessage) ([]string, error) {
	var several []json.RawMessage
	if json.Unmarshal(raw, &several) != nil {
		several = []json.RawMessage{raw}
	}
	if len(several) == 0 {
		return nil, errors.New("an empty list, want at least one value")
	}
	var all []string
	for _, r := range several {
		var text string
		switch {
		case json.Unmarshal(r, &text) == nil && string(r) != "null":
		case len(r) > 0 && strings.ContainsRune("-0123456789tf", rune(r[0])): // numbers keep their digits
			text = string(r)
		default:
			return nil, fmt.Errorf("%s, want a number, a text, true or false, or a list of those", r)
		}
		all = append(all, text)
	}
	return all, nil
}
