// A library of MPI 5's standard ABI for tests, of as many functions as package mpi calls: handles and constants are those of
// the standard, and what is asked for Open MPI 4 (OPENMPI) or MPICH 4 does. Another handle ends the process.
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef intptr_t handle;

static void *library(void) {
	static void *lib;
#ifdef OPENMPI
	if (!lib) lib = dlopen("libmpi.so.40", RTLD_NOW | RTLD_GLOBAL);
#else
	if (!lib) lib = dlopen("libmpich.so.12", RTLD_NOW | RTLD_GLOBAL);
#endif
	return lib;
}

static void *find(const char *name) {
	void *at = library() ? dlsym(library(), name) : 0;
	if (!at) {
		fprintf(stderr, "no %s\n", name);
		exit(9);
	}
	return at;
}

static handle real(handle given, handle standard, const char *openmpi, handle mpich) {
	if (given != standard) {
		fprintf(stderr, "handle %#lx, want %#lx\n", (long)given, (long)standard);
		exit(9);
	}
#ifdef OPENMPI
	return (handle)find(openmpi);
#else
	return mpich;
#endif
}

static handle comm(handle h) { return real(h, 0x101, "ompi_mpi_comm_world", 0x44000000); }
static handle byte(handle h) { return real(h, 0x247, "ompi_mpi_byte", 0x4c00010d); }

#ifdef OPENMPI
static const handle ignore = 0, inPlace = 1;
#else
static const handle ignore = 1, inPlace = -1;
#endif

#define CALL(name, ...) ((int (*)())find(name))(__VA_ARGS__)

int MPI_Abi_get_version(int *major, int *minor) { *major = 1, *minor = 0; return 0; }

int MPI_Init_thread(void *argc, void *argv, int required, int *provided) {
	int code, level;
	if (required != 1024) exit(9); // MPI_THREAD_FUNNELED
	code = CALL("MPI_Init_thread", argc, argv, 1, &level);
	*provided = 1024 * level;
	if (level == 3) *provided = 4096; // MPI_THREAD_MULTIPLE
	return code;
}

int MPI_Comm_rank(handle c, int *rank) { return CALL("MPI_Comm_rank", comm(c), rank); }
int MPI_Comm_size(handle c, int *size) { return CALL("MPI_Comm_size", comm(c), size); }

int MPI_Comm_set_errhandler(handle c, handle e) {
	return CALL("MPI_Comm_set_errhandler", comm(c), real(e, 0x142, "ompi_mpi_errors_return", 0x54000001));
}

int MPI_Send(void *b, int n, handle t, int to, int tag, handle c) {
	return CALL("MPI_Send", b, n, byte(t), to, tag, comm(c));
}

int MPI_Recv(void *b, int n, handle t, int from, int tag, handle c, handle status) {
	if (status != 0) exit(9); // MPI_STATUS_IGNORE
	return CALL("MPI_Recv", b, n, byte(t), from, tag, comm(c), ignore);
}

int MPI_Bcast(void *b, int n, handle t, int root, handle c) { return CALL("MPI_Bcast", b, n, byte(t), root, comm(c)); }

// MPI_IN_PLACE is all that is asked for.
int MPI_Allgatherv(handle own, int n, handle t, void *all, int *counts, int *at, handle kinds, handle c) {
	if (own != 1) exit(9);
	return CALL("MPI_Allgatherv", inPlace, n, byte(t), all, counts, at, byte(kinds), comm(c));
}

int MPI_Abort(handle c, int code) { return CALL("MPI_Abort", comm(c), code); }
int MPI_Finalize(void) { return CALL("MPI_Finalize"); }
int MPI_Error_string(int code, char *text, int *length) { return CALL("MPI_Error_string", code, text, length); }
int MPI_Get_library_version(char *text, int *length) { return CALL("MPI_Get_library_version", text, length); }
