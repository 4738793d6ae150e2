package vec

import (
	"reflect"
	"testing"
)

func TestSetsAreComplete(t *testing.T) {
	if len(sets32) != len(sets64) || sets32[len(sets32)-1].Name != "go" {
		t.Fatalf("float32 has %d sets, float64 %d, the last is %q", len(sets32), len(sets64), sets32[len(sets32)-1].Name)
	}
	for i := range sets32 {
		if sets32[i].Name != sets64[i].Name {
			t.Errorf("set %d is %q in float32 and %q in float64", i, sets32[i].Name, sets64[i].Name)
		}
		complete(t, sets32[i])
		complete(t, sets64[i])
	}
	if Best[float32]().Name != Best[float64]().Name {
		t.Errorf("float32 uses %q and float64 %q", Best[float32]().Name, Best[float64]().Name)
	}
}

// complete looks for a routine that a set has forgotten.
func complete[T Float](t *testing.T, s *Set[T]) {
	t.Helper()
	v := reflect.ValueOf(*s)
	for i := range v.NumField() {
		if v.Field(i).IsZero() {
			t.Errorf("set %q of %T has no %s", s.Name, *new(T), v.Type().Field(i).Name)
		}
	}
}
