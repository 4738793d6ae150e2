// Package mpi makes the processes that an MPI launcher starts (mpirun, mpiexec, srun) a team: see package team. The
// library is loaded when the program runs, without cgo, by those that are built with the tag mpi:
//
//	go build -tags mpi ./experiments/embed
//	mpirun -n 4 ./embed -in points.npy
//
// Without a launcher such a program loads nothing. It knows Open MPI 4 (libmpi.so.40) and MPICH 4 and its kin
// (libmpich.so.12), whichever the launcher is of, and where there is neither the standard ABI of MPI 5 (libmpi_abi.so).
// AFFMATCH_MPI=openmpi|mpich|abi, or one of them with :FILE behind it, says what to load otherwise. A program without the
// tag that a launcher starts as one of several ends with an error, in the place of doing the same work several times; so
// does one whose library is not the launcher's, which would be alone without knowing.
//
// The ABI has not met a library of MPI 5 yet: its tests run on one of some lines of C, which has the standard's handles and
// hands what it is asked for to Open MPI and to MPICH.
//
// The library is initialized for one thread, which all calls are made on. A process that fails must call Abort: the
// others wait for it in an exchange.
package mpi
