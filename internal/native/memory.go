package native

import (
	"errors"
	"runtime"
	"sync"
	"unsafe"
)

// Code is machine code that can be called.
type Code struct {
	mem     []byte // pages outside of Go's heap
	cleanup runtime.Cleanup
	once    sync.Once
	err     error
}

// Map copies the code to pages of its own. They can be written until the code is there, and from then on read and run: never
// both. It fails where the system does not allow that, and where such code could not run at all.
func Map(code []byte) (*Code, error) {
	if len(code) == 0 {
		return nil, errors.New("native: no code")
	}
	mem, err := mapCode(code)
	if err != nil {
		return nil, err
	}
	c := &Code{mem: mem}
	c.cleanup = runtime.AddCleanup(c, func(mem []byte) { _ = unmap(mem) }, mem)
	return c, nil
}

// Call runs the code with args in RDI. The code may change every register but RSP and RBP, and has no stack. It is to keep
// short, since Go cannot interrupt it: a collection of garbage waits for it. Pointers in args are only seen by the collector
// where Go's types say so; what uintptrs refer to, the caller keeps alive. Reading address zero is a panic as in Go.
func (c *Code) Call(args unsafe.Pointer) {
	if c.mem == nil {
		panic("native: Call after Close")
	}
	call(&c.mem[0], args)
	runtime.KeepAlive(c)
}

// Close frees the pages. Nobody may be calling the code. Closing again does nothing; a Code that nobody holds closes itself.
func (c *Code) Close() error {
	c.once.Do(func() {
		c.cleanup.Stop()
		c.err = unmap(c.mem)
		c.mem = nil
	})
	return c.err
}
