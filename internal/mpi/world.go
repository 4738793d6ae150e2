//go:build mpi

package mpi

import (
	"fmt"
	"os"
	"runtime"
	"strings"

	"affmatch/internal/fault"
)

// World is all processes of a launcher, as a team.
type World struct {
	library
	rank, size int
	version    string
	calls      chan call
}

// call is one of the library's functions, for the thread that it is initialized on.
type call struct {
	do   func() int32
	code chan int32
}

// most is how many bytes go at a time: counts are numbers of 32 bits.
const most = 1 << 30

// open loads the library and initializes it on a thread of its own.
func open(kind, file string, _ launched) (*World, error) {
	w := &World{calls: make(chan call)}
	loaded := make(chan error)
	go func() {
		runtime.LockOSThread()
		l, err := load(kind, file)
		if err == nil {
			w.library = *l
		}
		loaded <- err
		for c := range w.calls {
			c.code <- c.do()
		}
	}()
	if err := <-loaded; err != nil {
		return nil, err
	}
	var provided, rank, size int32
	err := w.call("MPI_Init_thread", func() int32 { return w.initThread(0, 0, w.funneled, &provided) })
	if err == nil && provided < w.funneled {
		err = fault.Field("mpi: thread support", provided, "MPI_THREAD_FUNNELED")
	}
	if err == nil {
		err = w.call("MPI_Comm_set_errhandler", func() int32 { return w.setErrhandler(w.world, w.errorsReturn) })
	}
	if err == nil {
		err = w.call("MPI_Comm_rank", func() int32 { return w.commRank(w.world, &rank) })
	}
	if err == nil {
		err = w.call("MPI_Comm_size", func() int32 { return w.commSize(w.world, &size) })
	}
	if err != nil {
		return nil, err
	}
	w.rank, w.size = int(rank), int(size)
	w.version, _, _ = strings.Cut(text(w.getLibraryVersion), "\n")
	return w, nil
}

// call makes a call on the library's thread.
func (w *World) call(name string, do func() int32) error {
	c := call{do, make(chan int32)}
	w.calls <- c
	code := <-c.code
	if code == 0 {
		return nil
	}
	why := text(func(b *byte, length *int32) int32 { return w.errorString(code, b, length) })
	return fmt.Errorf("mpi: %s: %s (code %d)", name, why, code)
}

// Rank is the process's number, from 0.
func (w *World) Rank() int { return w.rank }

// Size is the number of processes.
func (w *World) Size() int { return w.size }

// Send is MPI_Send.
func (w *World) Send(to int, b []byte) error {
	return inPieces(b, func(b []byte) error {
		return w.call("MPI_Send", func() int32 { return w.send(&b[0], int32(len(b)), w.bytes, int32(to), 0, w.world) })
	})
}

// Receive is MPI_Recv.
func (w *World) Receive(from int, b []byte) error {
	return inPieces(b, func(b []byte) error {
		return w.call("MPI_Recv", func() int32 { return w.recv(&b[0], int32(len(b)), w.bytes, int32(from), 0, w.world, w.ignore) })
	})
}

// Broadcast is MPI_Bcast.
func (w *World) Broadcast(from int, b []byte) error {
	return inPieces(b, func(b []byte) error {
		return w.call("MPI_Bcast", func() int32 { return w.bcast(&b[0], int32(len(b)), w.bytes, int32(from), w.world) })
	})
}

// Gather is MPI_Allgatherv, or for arrays that are too large for its numbers a broadcast of each part.
func (w *World) Gather(b []byte, ends []int) error {
	if len(ends) != w.size || ends[w.size-1] != len(b) {
		return fault.Field("mpi: ends", fmt.Sprint(ends), fmt.Sprintf("%d, up to %d", w.size, len(b)))
	}
	if len(b) == 0 {
		return nil
	}
	if len(b) > most {
		for from, lo := 0, 0; from < w.size; from++ {
			if err := w.Broadcast(from, b[lo:ends[from]]); err != nil {
				return err
			}
			lo = ends[from]
		}
		return nil
	}
	counts, at := make([]int32, w.size), make([]int32, w.size)
	lo := 0
	for r, end := range ends {
		counts[r], at[r] = int32(end-lo), int32(lo)
		lo = end
	}
	return w.call("MPI_Allgatherv", func() int32 {
		return w.allgatherv(w.inPlace, 0, w.bytes, &b[0], &counts[0], &at[0], w.bytes, w.world)
	})
}

// inPieces does something with bytes, so many at a time.
func inPieces(b []byte, do func(b []byte) error) error {
	for len(b) > 0 {
		n := min(len(b), most)
		if err := do(b[:n]); err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// Leave ends the library; all processes do.
func (w *World) Leave() error {
	return w.call("MPI_Finalize", func() int32 { return w.finalize() })
}

// Abort ends all processes at once.
func (w *World) Abort(code int) {
	_ = w.call("MPI_Abort", func() int32 { return w.abort(w.world, int32(code)) }) // it does not return
	os.Exit(code)
}
