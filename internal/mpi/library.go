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
// addresses in Open MPI, numbers in MPICH, small addresses in MPI 5's ABI.
type library struct {
	world, bytes, errorsReturn, ignore, inPlace uintptr
	funneled                                    int32

	initThread        func(argc, argv uintptr, required int32, provided *int32) int32
	commRank          func(comm uintptr, rank *int32) int32
	commSize          func(comm uintptr, size *int32) int32
	setErrhandler     func(comm, handler uintptr) int32
	send              func(b *byte, count int32, kind uintptr, to, tag int32, comm uintptr) int32
	recv              func(b *byte, count int32, kind uintptr, from, tag int32, comm, status uintptr) int32
	bcast             func(b *byte, count int32, kind uintptr, root int32, comm uintptr) int32
	allgatherv        func(own uintptr, count int32, kind uintptr, all *byte, counts, at *int32, kinds, comm uintptr) int32
	abort             func(comm uintptr, code int32) int32
	finalize          func() int32
	errorString       func(code int32, text *byte, length *int32) int32
	getLibraryVersion func(text *byte, length *int32) int32
}

// files are the libraries of each kind.
var files = map[string][]string{
	"openmpi": {"libmpi.so.40"}, "mpich": {"libmpich.so.12", "libmpi.so.12"},
	"abi": {"libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi_abi.so"}, // MPICH's was 0 before it was 1
}

// abi are the handles of MPI 5.0's standard ABI, which no library may have otherwise (its appendix A; the header mpi.h of
// github.com/mpi-forum/mpi-abi-stubs at 90d88b0): MPI_COMM_WORLD, MPI_BYTE, MPI_ERRORS_RETURN, MPI_STATUS_IGNORE,
// MPI_IN_PLACE and MPI_THREAD_FUNNELED.
var abi = library{world: 0x101, bytes: 0x247, errorsReturn: 0x142, ignore: 0, inPlace: 1, funneled: 1024}

// is says whether a library is of a kind. Those of the ABI say so: handles of their own have the same functions.
func is(lib uintptr, kind string) bool {
	if kind == "abi" {
		at, err := purego.Dlsym(lib, "MPI_Abi_get_version")
		if err != nil {
			return false
		}
		var version func(major, minor *int32) int32
		purego.RegisterFunc(&version, at)
		var major, minor int32
		return version(&major, &minor) == 0 && major == 1
	}
	_, err := purego.Dlsym(lib, "ompi_mpi_comm_world")
	return (err == nil) == (kind == "openmpi")
}

// load opens a library and finds what is needed of it.
func load(kind, file string) (l *library, err error) {
	if kind != "openmpi" { // MPICH's transport takes a recovered nil dereference of Go's for a crash
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
	if lib == 0 && kind != "abi" && file == "" {
		if l, err := load("abi", ""); err == nil {
			return l, nil
		}
		faults = append(faults, "nor one of MPI 5's ABI (libmpi_abi)")
	}
	if lib == 0 {
		return nil, fmt.Errorf("mpi: no library of %s: %s", kind, strings.Join(faults, "; "))
	}
	if !is(lib, kind) {
		return nil, fmt.Errorf("mpi: %s is a library of another kind, want one of %s", strings.Join(names, ", "), kind)
	}
	l = &library{ // of MPICH
		world: 0x44000000, bytes: 0x4c00010d, errorsReturn: 0x54000001, ignore: 1, inPlace: ^uintptr(0), funneled: 1,
	}
	switch kind {
	case "abi":
		*l = abi
	case "openmpi":
		for name, to := range map[string]*uintptr{
			"ompi_mpi_comm_world": &l.world, "ompi_mpi_byte": &l.bytes, "ompi_mpi_errors_return": &l.errorsReturn,
		} {
			if *to, err = purego.Dlsym(lib, name); err != nil {
				return nil, fmt.Errorf("mpi: %w", err)
			}
		}
		l.ignore, l.inPlace = 0, 1 // and funneled is 1 too
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
