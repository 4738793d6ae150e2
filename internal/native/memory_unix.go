//go:build amd64 && unix && !purego

package native

import (
	"fmt"
	"unsafe"

	"golang.org/x/sys/unix"
)

// mapCode maps whole pages: first writable, then executable.
func mapCode(code []byte) ([]byte, error) {
	page := unix.Getpagesize()
	mem, err := unix.Mmap(-1, 0, (len(code)+page-1)/page*page, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_PRIVATE|unix.MAP_ANON)
	if err != nil {
		return nil, fmt.Errorf("native: memory for code: %w", err)
	}
	copy(mem, code)
	if err := unix.Mprotect(mem, unix.PROT_READ|unix.PROT_EXEC); err != nil {
		_ = unix.Munmap(mem)
		return nil, fmt.Errorf("native: this system does not let memory become executable: %w", err)
	}
	return mem, nil
}

func unmap(mem []byte) error { return unix.Munmap(mem) }

// call is in call_amd64.s.
//
//go:noescape
func call(code *byte, args unsafe.Pointer)
