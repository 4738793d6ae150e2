//go:build !amd64 || !unix || purego

package native

import (
	"fmt"
	"runtime"
	"unsafe"
)

func mapCode([]byte) ([]byte, error) {
	return nil, fmt.Errorf("native: machine code runs on amd64 with Unix and without the build tag purego, this is %s on %s",
		runtime.GOARCH, runtime.GOOS)
}

// There is never a Code to unmap or call.
func unmap([]byte) error         { return nil }
func call(*byte, unsafe.Pointer) {}
