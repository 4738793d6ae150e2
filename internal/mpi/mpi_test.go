package mpi

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"affmatch/internal/team"
)

const asRank = "AFFMATCH_TEST_AS_RANK"

func TestMain(m *testing.M) {
	if what := os.Getenv(asRank); what != "" {
		os.Exit(rank(what))
	}
	os.Exit(m.Run())
}

// rank is what a process does that the tests' launchers start.
func rank(what string) int {
	w, err := Join()
	if err != nil {
		fmt.Println("no team:", err)
		return 3
	}
	if w == nil {
		fmt.Println("alone")
		return 0
	}
	var t team.Team = w
	switch what {
	case "fails":
		if w.Rank() == 1 {
			w.Abort(7)
		}
		err = t.Receive(1, make([]byte, 1)) // which never comes
	case "dies":
		if w.Rank() == 1 {
			_ = exec.Command("kill", "-9", fmt.Sprint(os.Getpid())).Run()
		}
		err = t.Receive(1, make([]byte, 1))
	default:
		err = exchanges(t)
	}
	if err != nil {
		fmt.Println(err)
		w.Abort(4)
	}
	fmt.Printf("rank %d of %d is done\n", w.Rank(), w.Size())
	if err := w.Leave(); err != nil {
		fmt.Println(err)
		return 5
	}
	return 0
}

// exchanges tries all of them, with messages of no byte up to megabytes, which do not fit into what libraries keep.
func exchanges(t team.Team) error {
	byteOf := func(rank, at int) byte { return byte(31*rank + at + at>>8) }
	for _, n := range []int{0, 1, 100, 70_000, 9_000_000} {
		var ends []int
		for r := range t.Size() { // the first has nothing
			ends = append(ends, n*r*(r+1)/2)
		}
		b := make([]byte, ends[len(ends)-1])
		lo := 0
		for r, end := range ends {
			if r == t.Rank() {
				for k := range b[lo:end] {
					b[lo+k] = byteOf(r, k)
				}
			}
			lo = end
		}
		if err := t.Gather(b, ends); err != nil {
			return err
		}
		lo = 0
		for r, end := range ends {
			for k, v := range b[lo:end] {
				if v != byteOf(r, k) {
					return fmt.Errorf("gathered %d from %d, want %d", v, r, byteOf(r, k))
				}
			}
			lo = end
		}
		chain := make([]byte, n)
		if t.Rank() > 0 {
			if err := t.Receive(t.Rank()-1, chain); err != nil {
				return err
			}
		}
		for k := range chain {
			chain[k] += byteOf(t.Rank(), k)
		}
		last := t.Size() - 1
		if t.Rank() < last {
			if err := t.Send(t.Rank()+1, chain); err != nil {
				return err
			}
		}
		if err := t.Broadcast(last, chain); err != nil {
			return err
		}
		for k, v := range chain {
			var want byte
			for r := range t.Size() {
				want += byteOf(r, k)
			}
			if v != want {
				return fmt.Errorf("the sum of all is %d, want %d", v, want)
			}
		}
	}
	for r := range t.Size() {
		if any, err := team.Any(t, r == t.Rank()); !any || err != nil {
			return fmt.Errorf("one of all: %v, %w", any, err)
		}
	}
	if any, err := team.Any(t, false); any || err != nil {
		return fmt.Errorf("none of all: %v, %w", any, err)
	}
	return nil
}

// launch starts so many ranks by the launcher of an MPI.
func launch(t *testing.T, kind, what string, n int, env ...string) (said string, err error) {
	t.Helper()
	if os.Getenv("REQUIRE_MPI") == "" {
		t.Skip("the launchers of Open MPI and MPICH: bash .ci/run mpi")
	}
	args := []string{"-n", fmt.Sprint(n), os.Args[0]}
	if kind == "openmpi" {
		args = append([]string{"--allow-run-as-root", "--oversubscribe"}, args...)
	}
	c := exec.Command("mpirun."+kind, args...)
	c.Env = append(append(os.Environ(), asRank+"="+what), env...)
	c.WaitDelay = time.Second
	b, err := c.CombinedOutput()
	return string(b), err
}

// sizes are how many ranks an MPI is tried with: MPICH's wait actively, so that more than there are cores take minutes.
var sizes = map[string][]int{"openmpi": {2, 3, 4}, "mpich": {2}}

func TestProcessesAreATeam(t *testing.T) {
	for kind, all := range sizes {
		for _, n := range all {
			said, err := launch(t, kind, "exchanges", n)
			if !Present {
				if err == nil || !strings.Contains(said, "without the tag mpi") {
					t.Errorf("%s: %v\n%s", kind, err, said)
				}
				continue
			}
			if err != nil || strings.Count(said, "is done") != n {
				t.Errorf("%d of %s: %v\n%s", n, kind, err, said)
			}
		}
	}
}

// TestOneProcessIsNoTeam, with a launcher or without.
func TestOneProcessIsNoTeam(t *testing.T) {
	for kind := range sizes {
		if said, err := launch(t, kind, "exchanges", 1); err != nil || !strings.Contains(said, "alone") {
			t.Errorf("%s: %v\n%s", kind, err, said)
		}
	}
	if w, err := Join(); w != nil || err != nil {
		t.Errorf("without a launcher: %v, %v", w, err)
	}
}

// TestTheLibraryIsTheLaunchers: another one would be alone in each process.
func TestTheLibraryIsTheLaunchers(t *testing.T) {
	for kind, other := range map[string]string{"openmpi": "mpich", "mpich": "openmpi"} {
		said, err := launch(t, kind, "exchanges", 2, "AFFMATCH_MPI="+other)
		if !Present {
			t.Skip("without the tag")
		}
		if err == nil || !strings.Contains(said, "want the library of the launcher's MPI") {
			t.Errorf("%s with the library of %s: %v\n%s", kind, other, err, said)
		}
	}
}

// TestAFailureEndsAllProcesses, as does one that is killed.
func TestAFailureEndsAllProcesses(t *testing.T) {
	for kind := range sizes {
		for _, what := range []string{"fails", "dies"} {
			began := time.Now()
			said, err := launch(t, kind, what, 2)
			if !Present {
				t.Skip("without the tag")
			}
			if err == nil || strings.Contains(said, "is done") || time.Since(began) > 30*time.Second {
				t.Errorf("%s, a process %s: %v after %v\n%s", kind, what, err, time.Since(began), said)
			}
		}
	}
}

func TestLaunchersAreKnownByTheirEnvironment(t *testing.T) {
	for _, c := range []struct {
		env  map[string]string
		want launched
		err  string
	}{
		{nil, launched{}, ""},
		{map[string]string{"OMPI_COMM_WORLD_RANK": "1", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "1"}, launched{"openmpi", 4}, ""},
		{map[string]string{"PMIX_RANK": "0", "SLURM_NTASKS": "3"}, launched{"openmpi", 3}, ""},
		{map[string]string{"PMI_RANK": "0", "PMI_SIZE": "2"}, launched{"mpich", 2}, ""},
		{map[string]string{"PMI_RANK": "0", "PMI_SIZE": "two"}, launched{}, `PMI_SIZE = "two"`},
		{map[string]string{"SLURM_NTASKS": "3"}, launched{}, ""}, // a batch job, in which nothing was launched
	} {
		got, err := look(func(name string) string { return c.env[name] })
		if c.err != "" {
			if err == nil || !strings.Contains(err.Error(), c.err) {
				t.Errorf("%v: %v", c.env, err)
			}
			continue
		}
		if err != nil || got != c.want {
			t.Errorf("%v: %+v, %v, want %+v", c.env, got, err, c.want)
		}
	}
	for text, want := range map[string][]string{"": {"mpich", ""}, "openmpi": {"openmpi", ""}, "mpich:/opt/libmpi.so": {"mpich", "/opt/libmpi.so"}} {
		if kind, file, err := asked(launched{"mpich", 2}, text); err != nil || !slices.Equal([]string{kind, file}, want) {
			t.Errorf("%q: %q, %q, %v", text, kind, file, err)
		}
	}
	if _, _, err := asked(launched{}, "mpi"); err == nil || errors.Is(err, os.ErrNotExist) {
		t.Errorf("an MPI that is not known: %v", err)
	}
}
