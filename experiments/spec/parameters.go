package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"

	"affmatch/affinity"
	"affmatch/models"
)

// Parameter is something in a model that can be set by its name: a number, a choice, or a whole part.
type Parameter struct {
	Name    string   // as a flag: min-dist
	Doc     string   // what it means, from the field's comment
	Value   string   // as it is now, as Set reads it
	Choices []string // of parts: the names that fit, besides none
	Owner   string   // the part that has it: UMAPAffinityOut
	Switch  bool     // true or false
}

// Parameters lists what can be set in a model, parts before their fields.
func Parameters(m Model) []Parameter {
	var all []Parameter
	walk(reflect.ValueOf(m), nil, func(f reflect.Value, p Parameter) {
		p.Value = textOf(f, p.Name)
		all = append(all, p)
	})
	return all
}

// Known lists the parameters of all methods with all parts, by name; those of the same name stand there once, with all
// their owners.
func Known() []Parameter { return slices.Clone(known()) }

var known = sync.OnceValue(func() []Parameter {
	used = true
	var all []Parameter
	add := func(p Parameter) {
		i := slices.IndexFunc(all, func(q Parameter) bool { return q.Name == p.Name })
		switch {
		case i < 0:
			all = append(all, p)
		case !slices.Contains(strings.Split(all[i].Owner, ", "), p.Owner):
			all[i].Owner += ", " + p.Owner
		}
	}
	seen := map[string]bool{} // the same part under the same words has the same parameters
	var every func(v reflect.Value, path []step)
	every = func(v reflect.Value, path []step) {
		key := fmt.Sprint(v.Type(), wordsOf(path), len(path))
		if len(path) > 0 && seen[key] {
			return
		}
		seen[key] = true
		walk(v, path, func(_ reflect.Value, p Parameter) { add(p) })
		eachField(v, path, func(f reflect.Value, path []step) {
			if f.Type() == objective {
				for _, o := range objectives(f, path) {
					if f.Elem().Kind() != reflect.Slice {
						every(o.value, o.path)
					}
				}
			} else if f.Kind() == reflect.Interface {
				for _, c := range choices(f.Type()) {
					if hasOwn(c, path) {
						every(c, path)
					}
				}
			}
		})
	}
	for _, m := range methods {
		every(reflect.ValueOf(m.Model()), nil)
	}
	return all
})

// hasOwn says whether the fields of a part are parameters: not where it stands within another part of its type, as in
// clip(clip(sgd)), where one name would mean two fields; nor too deep in parts of its kind.
func hasOwn(v reflect.Value, path []step) bool {
	return v.Kind() == reflect.Struct && !constant(v) && !slices.ContainsFunc(path, func(s step) bool { return s.in == v.Type() }) &&
		!tooDeep(path)
}

// tooDeep says that the way ends in the third input affinity around one, or the fourth part of another kind: files have
// those, and no command line names what is in them. (There would be as many parameters as ways to nest them.)
func tooDeep(path []step) bool {
	if len(path) == 0 {
		return false
	}
	last, depth := path[len(path)-1].kind(), 0
	for _, s := range path {
		if s.kind() == last {
			depth++
		}
	}
	return depth > 3 || depth > 2 && last == reflect.TypeFor[affinity.Input]()
}

// step is one field on the way from the model to a parameter.
type step struct {
	in    reflect.Type
	field string
}

// kind is the type of the field; nil where the step is a term's name.
func (s step) kind() reflect.Type {
	if f, ok := s.in.FieldByName(s.field); ok {
		return f.Type
	}
	return nil
}

// eachField visits the fields that hold parameters, those of embedded and plain structs as their own.
func eachField(v reflect.Value, path []step, visit func(f reflect.Value, path []step)) {
	for i := range v.NumField() {
		f := v.Type().Field(i)
		at := append(slices.Clip(path), step{v.Type(), f.Name})
		switch {
		case !f.IsExported() || slices.Contains(forFiles, f.Name):
		case f.Anonymous:
			eachField(v.Field(i), path, visit)
		case f.Type.Kind() == reflect.Struct:
			eachField(v.Field(i), at, visit)
		case f.Type == reflect.TypeFor[[]models.Phase]():
			firstPhase(v.Field(i), append(slices.Clip(path), step{v.Type(), "Exaggeration"}), visit)
		case isParameter(f.Type):
			visit(v.Field(i), at)
		}
	}
}

// forFiles are fields that no command line sets: the name of a term, by which its parameters go, and the two P of which one
// is made.
var forFiles = []string{"Name", "Left", "Right"}

// firstPhase visits the fields of the first phase, which is the exaggerated one: exaggeration, exaggeration-steps. Where
// there is none yet, setting one of them makes it.
func firstPhase(phases reflect.Value, path []step, visit func(f reflect.Value, path []step)) {
	all := slices.Clone(phases.Interface().([]models.Phase))
	if len(all) == 0 {
		all = make([]models.Phase, 1)
	}
	eachField(reflect.ValueOf(&all[0]).Elem(), path, visit)
	if !reflect.ValueOf(all[0]).IsZero() && phases.CanSet() {
		phases.Set(reflect.ValueOf(all))
	}
}

func isParameter(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return len(choices(t)) > 0
	case reflect.Slice:
		return t.Elem().Kind() == reflect.Int
	case reflect.Func, reflect.Pointer, reflect.Map:
		return false
	}
	return true
}

// walk visits all parameters of a copy of v, whose fields may be set, and returns the copy.
func walk(v reflect.Value, path []step, visit func(f reflect.Value, p Parameter)) reflect.Value {
	c := settable(v)
	eachField(c, path, func(f reflect.Value, path []step) {
		if f.Type() == objective {
			walkObjective(f, path, visit)
			return
		}
		last := path[len(path)-1]
		p := Parameter{Name: nameAt(path), Doc: docOf(last.in, last.field), Owner: last.in.Name(), Switch: f.Kind() == reflect.Bool}
		if isPart(f.Type()) {
			for _, n := range namesOf(choices(f.Type())) {
				p.Choices = append(p.Choices, kebab(n))
			}
		}
		if p.Name == "dtype" {
			p.Doc, p.Switch, p.Choices = "precision of the arithmetic; sums are float64 in both", false, []string{"float32", "float64"}
		}
		visit(f, p)
		if f.Kind() == reflect.Interface && !f.IsNil() && hasOwn(f.Elem(), path) {
			f.Set(walk(f.Elem(), path, visit))
		}
	})
	return c
}

// objective is the type of fields that hold terms. Whole models fit there, so they are no choice on a command line: what a
// method has there keeps its kind, and its fields are parameters; of a list of terms, those alone that are no parts.
var objective = reflect.TypeFor[models.Objective]()

// term is one of the terms in such a field, with the way to it: a term with a name goes by that.
type term struct {
	value reflect.Value
	path  []step
}

func objectives(f reflect.Value, path []step) (all []term) {
	if f.IsNil() {
		return nil
	}
	list := f.Elem()
	if list.Kind() != reflect.Slice {
		return []term{{list, path}}
	}
	for i := range list.Len() {
		o, at := list.Index(i).Elem(), path
		if named, ok := o.Interface().(models.PairTerm); ok && named.Name != "" {
			at = append(slices.Clip(path), step{o.Type(), strings.ToUpper(named.Name[:1]) + named.Name[1:]})
		}
		all = append(all, term{o, at})
	}
	return all
}

// walkObjective visits the parameters of each term, and puts the terms back as the visit has left them.
func walkObjective(f reflect.Value, path []step, visit func(f reflect.Value, p Parameter)) {
	var changed []reflect.Value
	if !f.IsNil() && f.Elem().Kind() == reflect.Slice {
		all := visit
		visit = func(f reflect.Value, p Parameter) {
			if p.Choices == nil {
				all(f, p)
			}
		}
	}
	for _, o := range objectives(f, path) {
		v := o.value
		if hasOwn(v, path) {
			v = walk(v, o.path, visit)
		}
		changed = append(changed, v)
	}
	switch {
	case len(changed) == 0:
	case f.Elem().Kind() != reflect.Slice:
		f.Set(changed[0])
	default:
		list := reflect.MakeSlice(f.Elem().Type(), 0, len(changed))
		for _, v := range changed {
			list = reflect.Append(list, v)
		}
		f.Set(list)
	}
}
