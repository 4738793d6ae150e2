//go:build amd64 && !purego

package lanes

import (
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"

	"affmatch/internal/machine"

	"golang.org/x/sys/unix"
)

// TestRefusedMemoryIsAnError runs itself in a process in which memory that was writable cannot become executable. The number
// is PR_SET_MDWE of Linux 6.3.
func TestRefusedMemoryIsAnError(t *testing.T) {
	if machine.Vectors()[0] == machine.Go {
		t.Skip("a processor without vector instructions")
	}
	const refuse = "AFFMATCH_TEST_REFUSE_EXEC"
	if os.Getenv(refuse) == "" {
		cmd := exec.Command(os.Args[0], "-test.run", "^TestRefusedMemoryIsAnError$", "-test.v")
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
	if err := unix.Prctl(65, 1, 0, 0, 0); err != nil {
		t.Skipf("PR_SET_MDWE: %v", err)
	}
	k := newKernel[float32]()
	k.Stores = []Store{{A: k.Exp(k.Input(Source{Kind: Stream}))}}
	for _, set := range machine.Vectors() {
		if set == machine.Go {
			continue
		}
		code, err := Compile[float32](k, set)
		if code != nil || err == nil || !strings.Contains(err.Error(), "does not let memory become executable") {
			t.Errorf("%s: %v, want an error of the system", set, err)
		}
	}
}
