//go:build faiss

package faiss

// #cgo CXXFLAGS: -std=c++17 -O2 -fopenmp
// #cgo LDFLAGS: -lfaiss -lgomp -lblas -llapack -lstdc++ -lm
// #include <stdlib.h>
// #include "shim.h"
import "C"

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"unsafe"

	"affmatch/affinity"
	"affmatch/internal/fault"
)

// Present says whether the program has the library.
const Present = true

// index is one of the library's, which is freed when nobody has it any more.
type index struct {
	config
	n, dim int
	at     unsafe.Pointer
	mu     sync.Mutex // the library's parameters of a search are the index's
}

func open(ctx context.Context, rows []float32, dim int, c config) (affinity.Finding, error) {
	if err := fault.Context("faiss", ctx); err != nil {
		return nil, err
	}
	x := &index{config: c, n: len(rows) / dim, dim: dim}
	name := C.CString(c.name)
	defer C.free(unsafe.Pointer(name))
	at := (*unsafe.Pointer)(C.malloc(C.size_t(unsafe.Sizeof(uintptr(0)))))
	defer C.free(unsafe.Pointer(at))
	n, build, threads := C.int64_t(x.n), C.int(c.build), C.int(c.threads)
	if err := said(C.affmatch_faiss_open(name, n, C.int(dim), first(rows), build, threads, at)); err != nil {
		return nil, fmt.Errorf("faiss: %s of %d rows: %w", c.name, x.n, err)
	}
	x.at = *at
	runtime.AddCleanup(x, func(at unsafe.Pointer) { C.affmatch_faiss_close(at) }, x.at)
	return x, nil
}

// Find asks the library.
func (x *index) Find(ctx context.Context, y []float32, k int) ([]int32, error) {
	if err := fault.Context("faiss", ctx); err != nil {
		return nil, err
	}
	n := len(y) / x.dim
	if n == 0 {
		return nil, nil
	}
	distances, found := make([]float32, n*k), make([]int64, n*k)
	walk := x.walk
	if walk == 0 {
		walk = max(64, 2*k)
	}
	x.mu.Lock()
	err := said(C.affmatch_faiss_find(x.at, C.int64_t(n), first(y), C.int64_t(k), C.int(x.probes), C.int(max(walk, k)),
		first(distances), (*C.int64_t)(unsafe.Pointer(&found[0]))))
	x.mu.Unlock()
	runtime.KeepAlive(x)
	if err != nil {
		return nil, fmt.Errorf("faiss: %s: %w", x.name, err)
	}
	out := make([]int32, len(found))
	for e, j := range found {
		out[e] = int32(j)
	}
	return out, nil
}

func first(v []float32) *C.float { return (*C.float)(unsafe.Pointer(&v[0])) }

// said is the library's complaint.
func said(text *C.char) error {
	if text == nil {
		return nil
	}
	defer C.free(unsafe.Pointer(text))
	return fmt.Errorf("%s", C.GoString(text))
}
