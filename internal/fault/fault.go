package fault

import (
	"fmt"
	"runtime"
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

// Guard turns a panic with an error (gorgonia.Must) into that error. Runtime errors are bugs and pass through, as does
// everything that is not an error. Use it as: defer fault.Guard(&err).
func Guard(err *error) {
	switch r := recover().(type) {
	case nil:
	case runtime.Error:
		panic(r)
	case error:
		*err = r
	default:
		panic(r)
	}
}
