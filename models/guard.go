package models

import (
	"fmt"

	"affmatch/internal/fault"
)

// guarded calls a part of a model: a panic in it is an error that names the part, by its kind and its type (nil: none), and
// keeps the stack.
func guarded(kind string, part any, f func() error) (err error) {
	defer func() {
		switch r := recover(); {
		case r != nil && part != nil:
			err = fmt.Errorf("%s %T: %w", kind, part, fault.Caught(r))
		case r != nil:
			err = fmt.Errorf("%s: %w", kind, fault.Caught(r))
		}
	}()
	return f()
}
