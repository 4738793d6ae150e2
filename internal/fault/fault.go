package fault

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"

	"gonum.org/v1/gonum/mat"
)

// FieldError says which field or input is wrong, what it was and what was wanted.
type FieldError struct {
	Field string // dotted path, as in "models: Against: Count"
	Got   any
	Want  string // completes "want ...": "at least 1"
}

func (e *FieldError) Error() string { return fmt.Sprintf("%s = %v, want %s", e.Field, e.Got, e.Want) }

// Field is a FieldError as an error.
func Field(field string, got any, want string) error {
	return &FieldError{Field: field, Got: got, Want: want}
}

// Panic is a panic of somebody's part as an error: what it said, and where.
type Panic struct {
	Value any
	Stack []byte
}

func (p *Panic) Error() string { return fmt.Sprintf("panic: %v", p.Value) }

// Guard turns a panic in a part of a model into an error, see Caught, and explains errors. Use it as: defer fault.Guard(&err).
func Guard(err *error) {
	if r := recover(); r != nil {
		*err = Caught(r)
	}
	*err = explained(*err)
}

// Caught is what was recovered from a panic as an error: gorgonia.Must's and our own errors are those errors themselves,
// everything else a Panic with its stack.
func Caught(r any) error {
	switch r := r.(type) {
	case runtime.Error, mat.Error, mat.ErrorStack: // bugs: an index out of range, shapes that do not fit
	case error:
		return r
	}
	return &Panic{r, debug.Stack()}
}

// explained adds the remedy where gorgonia says in its own way that a number is a whole one.
func explained(err error) error {
	if err == nil {
		return nil
	}
	if text := err.Error(); strings.Contains(text, "Unification Fail: int ~ float64") || strings.Contains(text, "Unification Fail: float64 ~ int") {
		return fmt.Errorf("a whole number in a formula, want a float64: write NewConstant(2.0) for NewConstant(2) (%w)", err)
	}
	return err
}
