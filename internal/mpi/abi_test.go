//go:build mpi

package mpi

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// shim builds a library of MPI 5's ABI that hands everything to another one.
func shim(t *testing.T, kind string) string {
	t.Helper()
	gcc, err := exec.LookPath("gcc")
	if err != nil {
		t.Skip("a C compiler")
	}
	file := filepath.Join(t.TempDir(), "libmpi_abi.so.1")
	args := []string{"-shared", "-fPIC", "-Wall", "-Werror", "-o", file, filepath.Join("testdata", "abi.c"), "-ldl"}
	if kind == "openmpi" {
		args = append(args, "-DOPENMPI")
	}
	if said, err := exec.Command(gcc, args...).CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, said)
	}
	return file
}

// TestProcessesOfTheABIAreATeam: the whole path, under real launchers.
func TestProcessesOfTheABIAreATeam(t *testing.T) {
	for kind := range sizes {
		env := "AFFMATCH_MPI=abi:" + shim(t, kind)
		said, err := launch(t, kind, "exchanges", 2, env)
		if err != nil || strings.Count(said, "is done") != 2 {
			t.Errorf("%s: %v\n%s", kind, err, said)
		}
		if said, err = launch(t, kind, "fails", 2, env); err == nil || strings.Contains(said, "is done") {
			t.Errorf("%s: a process that fails: %v\n%s", kind, err, said)
		}
	}
}

// TestTheABIIsLoadedWhereThereIsNothingElse, and nothing else in its place.
func TestTheABIIsLoadedWhereThereIsNothingElse(t *testing.T) {
	if os.Getenv("REQUIRE_MPI") == "" {
		t.Skip("the libraries of Open MPI and MPICH: bash .ci/run mpi")
	}
	for _, kind := range []string{"openmpi", "mpich"} {
		own := files
		defer func() { files = own }()
		files = map[string][]string{kind: {"libnone.so"}, "abi": {"libnone.so", shim(t, kind)}}
		l, err := load(kind, "")
		if err != nil || l.world != 0x101 || l.bytes != 0x247 || l.errorsReturn != 0x142 || l.ignore != 0 || l.inPlace != 1 ||
			l.funneled != 1024 {
			t.Errorf("%s: %+v, %v", kind, l, err)
		}
		files = own
		if _, err := load("abi", own[kind][0]); err == nil || !strings.Contains(err.Error(), "another kind, want one of abi") {
			t.Errorf("a library of %s as one of the ABI: %v", kind, err)
		}
	}
	files = map[string][]string{"openmpi": {"libnone.so"}}
	if _, err := load("openmpi", ""); err == nil || !strings.Contains(err.Error(), "nor one of MPI 5's ABI") {
		t.Errorf("no library: %v", err)
	}
}
