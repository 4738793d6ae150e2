//go:build mpi

package mpi

import (
	"fmt"
	"os"
	"strings"

	"github.com/ebitengine/purego"
)

// Present says whether the program can join others.
const Present = true

// library is what a program needs of MPI: functions, and the handles of the implementation, which differ in kind:
// addresses in Open MPI, numbers in MPICH.
type library struct {
	world, bytes, errorsReturn, ignore uintptr

	initThread        func(argc, argv uintptr, required int32, provided *int32) int32
	commRank          func(comm uintptr, rank *int32) int32
	commSize          func(comm uintptr, size *int32) int32
	setErrhandler     func(comm, handler uintptr) int32
	send              func(b *byte, count int32, kind uintptr, to, tag int32, comm uintptr) int32
	recv              func(b *byte, count int32, kind uintptr, from, tag int32, comm, status uintptr) int32
	bcast             func(b *byte, count int32, kind uintptr, root int32, comm uintptr) int32
	allgatherv        func(own *byte, count int32, kind uintptr, all *byte, counts, at *int32, kinds, comm uintptr) int32
	abort             func(comm uintptr, code int32) int32
	finalize          func() int32
	errorString       func(code int32, text *byte, length *int32) int32
	getLibraryVersion func(text *byte, length *int32) int32
}

// files are the libraries of each kind.
var files = map[string][]string{"openmpi": {"libmpi.so.40"}, "mpich": {"libmpich.so.12", "libmpi.so.12"}}

// load opens a library and finds what is needed of it.
func load(kind, file string) (l *library, err error) {
	if kind == "mpich" { // its transport takes a recovered nil dereference of Go's for a crash
		if err := os.Setenv("UCX_ERROR_SIGNALS", ""); err != nil {
			return nil, fmt.Errorf("mpi: %w", err)
		}
	}
	names := files[kind]
	if file != "" {
		names = []string{file}
	}
	var lib uintptr
	var faults []string
	for _, name := range names {
		if lib, err = purego.Dlopen(name, purego.RTLD_NOW|purego.RTLD_GLOBAL); err == nil {
			break
		}
		faults = append(faults, err.Error())
	}
	if lib == 0 {
		return nil, fmt.Errorf("mpi: no library of %s: %s", kind, strings.Join(faults, "; "))
	}
	_, err = purego.Dlsym(lib, "ompi_mpi_comm_world")
	if is := map[bool]string{true: "openmpi", false: "mpich"}[err == nil]; is != kind {
		return nil, fmt.Errorf("mpi: %s is a library of %s, want one of %s", strings.Join(names, ", "), is, kind)
	}
	l = &library{world: 0x44000000, bytes: 0x4c00010d, errorsReturn: 0x54000001, ignore: 1} // MPICH's, which its ABI fixes
	if kind == "openmpi" {
		for name, to := range map[string]*uintptr{
			"ompi_mpi_comm_world": &l.world, "ompi_mpi_byte": &l.bytes, "ompi_mpi_errors_return": &l.errorsReturn,
		} {
			if *to, err = purego.Dlsym(lib, name); err != nil {
				return nil, fmt.Errorf("mpi: %w", err)
			}
		}
		l.ignore = 0
	}
	for name, to := range map[string]any{
		"MPI_Init_thread": &l.initThread, "MPI_Comm_rank": &l.commRank, "MPI_Comm_size": &l.commSize,
		"MPI_Comm_set_errhandler": &l.setErrhandler,
		"MPI_Send":                &l.send, "MPI_Recv": &l.recv, "MPI_Bcast": &l.bcast, "MPI_Allgatherv": &l.allgatherv, "MPI_Abort": &l.abort,
		"MPI_Finalize": &l.finalize, "MPI_Error_string": &l.errorString, "MPI_Get_library_version": &l.getLibraryVersion,
	} {
		at, err := purego.Dlsym(lib, name)
		if err != nil {
			return nil, fmt.Errorf("mpi: %w", err)
		}
		purego.RegisterFunc(to, at)
	}
	return l, nil
}

// text is what a function writes that fills a buffer.
func text(of func(b *byte, length *int32) int32) string {
	b := make([]byte, 1<<13) // MPI_MAX_LIBRARY_VERSION_STRING is 8192 in MPICH
	var length int32
	of(&b[0], &length)
	return strings.TrimRight(string(b[:max(0, min(int(length), len(b)))]), "\x00\n")
}
