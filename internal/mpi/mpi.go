package mpi

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// launched is what the environment says of a launcher.
type launched struct {
	kind string // openmpi or mpich; "": there is none
	size int    // processes; 0: it does not say
}

// look reads the environment that launchers give to processes: Open MPI's mpirun and srun --mpi=pmix, or those that
// speak PMI (MPICH's mpiexec, srun --mpi=pmi2).
func look(getenv func(string) string) (l launched, err error) {
	for _, known := range []struct{ kind, rank, size string }{
		{"openmpi", "OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"}, {"openmpi", "PMIX_RANK", "SLURM_NTASKS"},
		{"mpich", "PMI_RANK", "PMI_SIZE"},
	} {
		if getenv(known.rank) == "" {
			continue
		}
		l.kind = known.kind
		if text := getenv(known.size); text != "" {
			if l.size, err = strconv.Atoi(text); err != nil {
				return l, fmt.Errorf("mpi: %s = %q, want the number of processes", known.size, text)
			}
		}
		break
	}
	return l, nil
}

// asked is what AFFMATCH_MPI says: which library, and the file of it; "": the usual one.
func asked(l launched, text string) (kind, file string, err error) {
	if text == "" {
		return l.kind, "", nil
	}
	kind, file, _ = strings.Cut(text, ":")
	if kind != "openmpi" && kind != "mpich" && kind != "abi" {
		return "", "", fmt.Errorf("mpi: AFFMATCH_MPI = %q, want openmpi, mpich or abi, or one of them with :FILE behind it", text)
	}
	return kind, file, nil
}

// Launched is how many processes a launcher has started; 1: there is none, or it does not say.
func Launched() (int, error) {
	l, err := look(os.Getenv)
	return max(1, l.size), err
}

// Join makes this process one of the launcher's; nil: there is no launcher, or this process is all there is.
func Join() (*World, error) {
	l, err := look(os.Getenv)
	if err != nil || l.kind == "" || l.size == 1 {
		return nil, err
	}
	kind, file, err := asked(l, os.Getenv("AFFMATCH_MPI"))
	if err != nil {
		return nil, err
	}
	w, err := open(kind, file, l)
	if err != nil {
		return nil, err
	}
	if l.size != 0 && w.size != l.size {
		return nil, fmt.Errorf("mpi: the launcher has started %d processes, but %s (%s) knows of %d: want the library of the launcher's MPI "+
			"(AFFMATCH_MPI)", l.size, kind, w.version, w.size)
	}
	if w.size == 1 {
		return nil, w.Leave()
	}
	return w, nil
}
