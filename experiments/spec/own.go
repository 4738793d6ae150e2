package spec

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unsafe"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

// ownPart is a part that only this program has.
type ownPart struct {
	name, version string
	part          reflect.Value
	byType        bool // any value of its type is the part, with fields that are parameters
}

var (
	owns []ownPart
	// used says that names were listed: what comes later would be missing there.
	used bool
)

// kinds are the fields that parts stand in.
var kinds = []reflect.Type{
	reflect.TypeFor[affinity.Input](), reflect.TypeFor[affinity.Kernel](),
	reflect.TypeFor[affinity.Output](), reflect.TypeFor[affinity.Metric](),
	reflect.TypeFor[affinity.DataMetric](), reflect.TypeFor[affinity.PairSet](),
	reflect.TypeFor[loss.Loss](), reflect.TypeFor[models.Objective](),
	reflect.TypeFor[models.Encoder](), reflect.TypeFor[models.Activation](), reflect.TypeFor[models.Initializer](),
	reflect.TypeFor[models.RateRule](), reflect.TypeFor[models.Stop](),
	reflect.TypeFor[models.Mapping](), reflect.TypeFor[optim.Optimizer](),
	reflect.TypeFor[optim.Schedule](), reflect.TypeFor[optim.MomentumSchedule](),
}

var (
	ownName    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9-]*$`)
	customPart = regexp.MustCompile(`\{"custom":"([^"]*)"`) // as the encoder writes it
)

// Register gives a part of a researcher's own (a kernel, a loss, a metric, an input affinity, ...) a name by which
// command lines, files and kept runs know it, wherever built-in ones of its kind are known. The version goes into them:
// change it when you change the part, or make it a hash of the source; a file of another version is refused, and so is
// the folder of a sweep. A struct of a type of one's own is known by its type, and its fields are parameters; anything
// else is this very value.
//
// Programs register what they have before they do anything else: it is an error later, as are a name that is taken, and
// a part that fits nowhere.
func Register(name, version string, part any) error {
	at := fmt.Sprintf("spec: Register %q", name)
	switch {
	case used:
		return fmt.Errorf("%s: names are in use already: register before anything else", at)
	case !ownName.MatchString(name):
		return fault.Field(at+": name", fmt.Sprintf("%q", name), "letters, digits and hyphens, a letter first")
	case version == "":
		return fault.Field(at+": version", `""`, "one, to be changed with the part")
	case fault.Nil(part):
		return fault.Field(at+": part", "nil", "a part")
	}
	v := reflect.ValueOf(part)
	fits := false
	for _, kind := range kinds {
		if !v.Type().AssignableTo(kind) {
			continue
		}
		fits = true
		for _, known := range choices(kind) {
			if letters(nameOf(known)) == letters(name) {
				return fault.Field(at+": name", fmt.Sprintf("%q", name), fmt.Sprintf("one that no %s has", kindOf(kind)))
			}
		}
	}
	if !fits {
		const want = "a kernel, a loss, a metric, an affinity or another part of a method"
		return fault.Field(at+": part", fmt.Sprintf("%T", part), want)
	}
	o := ownPart{name: name, version: version, part: v}
	ofType := func(b any) bool { return reflect.TypeOf(b) == v.Type() }
	o.byType = v.Kind() == reflect.Struct && v.Type().Name() != "" && !slices.ContainsFunc(builtin, ofType)
	for _, other := range owns {
		if other.is(v) || o.is(other.part) {
			return fault.Field(at+": part", fmt.Sprintf("%T", part), fmt.Sprintf("another than that of %q", other.name))
		}
	}
	owns, named = append(owns, o), append(named, v)
	return nil
}

// RegisterMethod gives a method of a researcher's own a name, and a title for figures. What it is made of goes into
// files as always: parts that are not built in are to be registered too.
func RegisterMethod(name, title string, m Model) error {
	at := fmt.Sprintf("spec: RegisterMethod %q", name)
	switch {
	case used:
		return fmt.Errorf("%s: names are in use already: register before anything else", at)
	case !ownName.MatchString(name) || strings.ToLower(name) != name:
		return fault.Field(at+": name", fmt.Sprintf("%q", name), "small letters, digits and hyphens, a letter first")
	case slices.ContainsFunc(methods, func(m Method) bool { return m.Name == name }):
		return fault.Field(at+": name", fmt.Sprintf("%q", name), "one that no method has")
	case fault.Nil(m):
		return fault.Field(at+": method", "nil", "a model")
	}
	b, err := Encode(m)
	if err != nil {
		return fmt.Errorf("%s: %w", at, err)
	}
	if what, custom := Custom(b); custom {
		return fmt.Errorf("%s: its part %s has no name: Register it first", at, what)
	}
	methods = append(methods, Method{name, title, m})
	return nil
}

// Custom says that a model was written with a part that has no name, so that nobody can tell it from another: which.
func Custom(encoded []byte) (what string, custom bool) {
	if m := customPart.FindSubmatch(encoded); m != nil {
		return string(m[1]), true
	}
	return "", false
}

// named are all parts that have a name: those built in, and those registered.
var named = func() (all []reflect.Value) {
	for _, b := range builtin {
		all = append(all, reflect.ValueOf(b))
	}
	return all
}()

// ownOf is the registered part that a value is; nil: none.
func ownOf(v reflect.Value) *ownPart {
	for k := range owns {
		if owns[k].is(v) {
			return &owns[k]
		}
	}
	return nil
}

func (o ownPart) is(v reflect.Value) bool {
	return v.IsValid() && v.Type() == o.part.Type() && (o.byType || identical(settable(o.part), settable(v)))
}

// identical says that two values that can be addressed are one: functions are if they are the same closure, not if they
// are of the same line of code.
func identical(a, b reflect.Value) bool {
	if a.Type() != b.Type() {
		return false
	}
	switch a.Kind() {
	case reflect.Func:
		closure := func(f reflect.Value) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(f.UnsafeAddr())) }
		return closure(a) == closure(b)
	case reflect.Interface:
		if a.IsNil() || b.IsNil() {
			return a.IsNil() == b.IsNil()
		}
		if x, y := a.Elem(), b.Elem(); x.Type() == y.Type() && x.CanInterface() && y.CanInterface() {
			return identical(settable(x), settable(y))
		}
		return false
	case reflect.Struct:
		for k := range a.NumField() {
			if !identical(a.Field(k), b.Field(k)) {
				return false
			}
		}
		return true
	case reflect.Slice, reflect.Array:
		if a.Len() != b.Len() {
			return false
		}
		for k := range a.Len() {
			if !identical(a.Index(k), b.Index(k)) {
				return false
			}
		}
		return true
	case reflect.Map:
		return a.Pointer() == b.Pointer()
	}
	return a.Equal(b)
}
