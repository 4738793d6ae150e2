//go:build !amd64 || !unix || purego

package native

import (
	"strings"
	"testing"
)

// TestMapSaysWhyNot: where code cannot run, there is an error with the reason.
func TestMapSaysWhyNot(t *testing.T) {
	c, err := Map([]byte{0xc3})
	if err == nil || c != nil || !strings.Contains(err.Error(), "amd64") {
		t.Errorf("%v, %v; want an error", c, err)
	}
}
