//go:build amd64 && !purego

package fuse

import (
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"testing"

	"affmatch/internal/lanes"
	"affmatch/internal/machine"

	"golang.org/x/sys/unix"
)

// TestRefusedMemoryCostsTimeOnly runs itself in a process in which memory that was writable cannot become executable:
// programs are interpreted there, and give the same bits. The number is PR_SET_MDWE of Linux 6.3.
func TestRefusedMemoryCostsTimeOnly(t *testing.T) {
	if machine.Vectors()[0] == machine.Go {
		t.Skip("a processor without vector instructions")
	}
	const refuse = "AFFMATCH_TEST_REFUSE_EXEC"
	if os.Getenv(refuse) == "" {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestRefusedMemoryCostsTimeOnly$", "-test.v")
		cmd.Env = append(os.Environ(), refuse+"=1")
		out, err := cmd.CombinedOutput()
		switch {
		case err != nil:
			t.Errorf("%v\n%s", err, out)
		case strings.Contains(string(out), "--- SKIP"):
			t.Skipf("%s", out)
		}
		return
	}
	runtime.LockOSThread()
	f := everySink(shapes()["triplets"], 2)
	many, many64 := onEverySet[float32](t, f, true), onEverySet[float64](t, f, true)
	if err := unix.Prctl(65, 1, 0, 0, 0); err != nil {
		t.Skipf("PR_SET_MDWE: %v", err)
	}
	equalAll(t, onEverySet[float32](t, f, false), many)
	equalAll(t, onEverySet[float64](t, f, false), many64)
}

// onEverySet computes f with every set of instructions, of which all or none have machine code.
func onEverySet[T lanes.Float](t *testing.T, f graph, code bool) (values [][][]float64) {
	t.Helper()
	for _, set := range machine.Vectors() {
		v, m := compiled[T](t, f, Options{Set: set, Workers: 1})
		if has := len(m.code) > 0; has != (code && set != machine.Go) {
			t.Errorf("%s of %T: %d passes have machine code, want some: %v", set, T(0), len(m.code), code)
		}
		if said := strings.Contains(m.Report(), "does not let memory become executable"); said != (!code && set != machine.Go) {
			t.Errorf("%s of %T: the report is %q", set, T(0), m.Report())
		}
		values = append(values, v)
	}
	return values
}

func equalAll(t *testing.T, got, want [][][]float64) {
	t.Helper()
	for n := range want {
		if !slices.EqualFunc(got[n], want[n], bitsEqual) {
			t.Errorf("set %d has other bits without machine code", n)
		}
	}
}
