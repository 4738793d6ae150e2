//go:build amd64 && !purego

package native

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// pages are the permissions of executable memory that belongs to no file, and its size in bytes.
func pages(t *testing.T) (permissions []string, size int64) {
	t.Helper()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip(err)
	}
	for line := range strings.Lines(string(maps)) {
		// From-to permissions offset device inode [file]
		f := strings.Fields(line)
		if len(f) == 5 && strings.Contains(f[1], "x") {
			var from, to int64
			if _, err := fmt.Sscanf(f[0], "%x-%x", &from, &to); err != nil {
				t.Fatal(err)
			}
			permissions = append(permissions, f[1])
			size += to - from
		}
	}
	return permissions, size
}

// TestPagesAreNeverWritableAndExecutable reads what the kernel says of them.
func TestPagesAreNeverWritableAndExecutable(t *testing.T) {
	_, before := pages(t)
	counter(t)
	list, size := pages(t)
	if size <= before {
		t.Errorf("%d bytes of executable memory, want more than %d", size, before)
	}
	for _, p := range list {
		if p != "r-xp" {
			t.Errorf("memory %s, want r-xp", p)
		}
	}
}

// TestForgottenCodeIsFreed drops codes without Close.
func TestForgottenCodeIsFreed(t *testing.T) {
	const size = 1 << 20
	_, before := pages(t)
	for range 8 {
		if _, err := Map(make([]byte, size)); err != nil {
			t.Fatal(err)
		}
	}
	after := int64(0)
	for range 100 {
		runtime.GC()
		if _, after = pages(t); after < before+size {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d bytes of code, %d before", after, before)
}

// TestRefusedMemoryIsAnError runs itself in a process in which memory that was writable cannot become executable. The number
// is PR_SET_MDWE of Linux 6.3.
func TestRefusedMemoryIsAnError(t *testing.T) {
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
	for range 3 {
		c, err := Map([]byte{0xc3})
		if err == nil || c != nil || !strings.Contains(err.Error(), "does not let memory become executable") {
			t.Fatalf("%v, %v", c, err)
		}
	}
}
