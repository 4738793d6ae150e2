package models

import (
	"fmt"

	"affmatch/internal/fault"
)

// guarded calls a part of a model: a panic in it is an error that names the part and keeps the stack.
func guarded(part string, f func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: %w", part, fault.Caught(r))
		}
	}()
	return f()
}
