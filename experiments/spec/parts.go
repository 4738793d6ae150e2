package spec

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"affmatch/affinity"
	"affmatch/affinity/faiss"
	"affmatch/internal/typo"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"
)

// builtin are the parts that a file or a command line can name: what the packages have built in. The name of a part is that
// of its type, or, where values of one type are different parts, what it prints as.
var builtin = slices.Concat(models.Builtin(), affinity.Builtin(), loss.Builtin(), optim.Builtin(), faiss.Builtin())

// constant says whether values of v's type are told apart by themselves: metrics, axes, losses.
func constant(v reflect.Value) bool {
	if o := ownOf(v); o != nil {
		return !o.byType
	}
	if v.Kind() == reflect.Slice {
		return false
	}
	_, named := v.Interface().(loss.Named)
	return named || v.Kind() != reflect.Struct || !unicode.IsUpper(rune(v.Type().Name()[0]))
}

func nameOf(v reflect.Value) string {
	if o := ownOf(v); o != nil {
		return o.name
	}
	if constant(v) {
		return fmt.Sprint(v.Interface())
	}
	return v.Type().Name()
}

// identify finds the name of a part, where it is one of the table.
func identify(v reflect.Value) (name string, ok bool) {
	if o := ownOf(v); o != nil {
		return o.name, true
	}
	for _, b := range builtin {
		if p := reflect.ValueOf(b); p.Type() == v.Type() && (!constant(p) || same(p, v)) {
			return nameOf(p), true
		}
	}
	return "", false
}

// same compares constants. A loss is the built-in one only if it is that function, whatever its name.
func same(a, b reflect.Value) bool {
	if named, ok := b.Interface().(loss.Named); ok {
		return loss.Is(a.Interface().(loss.Named), named)
	}
	return a.Interface() == b.Interface()
}

// choices are the parts that fit a field: of interface type those that implement it, else those of the type itself. Lists
// are not among them: they have no names, and no place on a command line.
func choices(field reflect.Type) []reflect.Value {
	var fit []reflect.Value
	for _, v := range named {
		if v.Type().AssignableTo(field) && v.Kind() != reflect.Slice {
			fit = append(fit, v)
		}
	}
	return fit
}

// listOf is the type of list that fits a field.
func listOf(field reflect.Type) (reflect.Type, bool) {
	for _, b := range builtin {
		if t := reflect.TypeOf(b); t.Kind() == reflect.Slice && t.AssignableTo(field) {
			return t, true
		}
	}
	return nil, false
}

// isPart says whether a field's values are looked up in the table.
func isPart(field reflect.Type) bool {
	return field.Kind() == reflect.Interface || field.Kind() != reflect.Struct && len(choices(field)) > 0
}

func namesOf(parts []reflect.Value) []string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = nameOf(p)
	}
	return names
}

// find is the part of that name among those that fit a field: whatever the case and the hyphens, or the one that begins
// so.
func find(name string, field reflect.Type) (reflect.Value, error) {
	fit := choices(field)
	var begin []reflect.Value
	for _, p := range fit {
		switch known := letters(nameOf(p)); {
		case known == letters(name):
			return p, nil
		case name != "" && strings.HasPrefix(known, letters(name)):
			begin = append(begin, p)
		}
	}
	if len(begin) == 1 {
		return begin[0], nil
	}
	names := namesOf(fit)
	if len(begin) > 1 {
		names = namesOf(begin)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return reflect.Value{}, fmt.Errorf("no %s %q: this program has none", kindOf(field), name)
	}
	return reflect.Value{}, fmt.Errorf("no %s %q%s: want one of %s", kindOf(field), name, typo.Hint(name, names), strings.Join(names, ", "))
}

// kindOf is what an error calls the parts of a field.
func kindOf(field reflect.Type) string { return strings.ReplaceAll(kebab(field.Name()), "-", " ") }

// letters is a name without case and hyphens.
func letters(name string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "").Replace(name))
}

// kebab is a Go name as command lines write it: UMAPAffinityIn is umap-affinity-in, MinDist min-dist, NAdam nadam.
func kebab(name string) string {
	r := []rune(name)
	var b strings.Builder
	for i, c := range r {
		if i > 1 && unicode.IsUpper(c) && (!unicode.IsUpper(r[i-1]) || i+1 < len(r) && unicode.IsLower(r[i+1])) {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(c))
	}
	return b.String()
}
