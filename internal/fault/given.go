package fault

import (
	"context"
	"reflect"
)

// Nil says that there is no value: nil, or a pointer, function, map or channel that is nil inside an interface.
func Nil(v any) bool {
	if v == nil {
		return true
	}
	switch r := reflect.ValueOf(v); r.Kind() {
	case reflect.Pointer, reflect.Func, reflect.Map, reflect.Chan:
		return r.IsNil()
	}
	return false
}

// Context refuses a nil one, naming who was given it.
func Context(of string, ctx context.Context) error {
	if Nil(ctx) {
		return Field(of+": context", "nil", "a context, such as context.Background()")
	}
	return nil
}
