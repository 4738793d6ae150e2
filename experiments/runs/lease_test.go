package runs

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"affmatch/experiments/spec"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// briefly makes leases short.
func briefly(t *testing.T, term time.Duration) {
	t.Helper()
	before, every := leaseFor, renewEvery
	leaseFor, renewEvery = term, term/6
	t.Cleanup(func() { leaseFor, renewEvery = before, every })
}

// ofAnotherMachine leaves the lock that a process elsewhere holds, where locks of files do not reach.
func ofAnotherMachine(t *testing.T, f Folder, age time.Duration) {
	t.Helper()
	if err := os.WriteFile(f.Path(lockName), []byte("embed, process 7 on far\nanother kernel\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	then := time.Now().Add(-age)
	if err := os.Chtimes(f.Path(lockName), then, then); err != nil {
		t.Fatal(err)
	}
}

// TestALeaseOfAnotherMachineHoldsForItsTerm, and then it is taken away, by one of those who try.
func TestALeaseOfAnotherMachineHoldsForItsTerm(t *testing.T) {
	f := Folder(t.TempDir())
	ofAnotherMachine(t, f, leaseFor/2)
	if _, err := f.lock("sweep"); !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "process 7 on far") {
		t.Errorf("half a term old: %v", err)
	}
	if f.abandoned() {
		t.Error("abandoned in its term")
	}
	ofAnotherMachine(t, f, 2*leaseFor)
	if !f.abandoned() {
		t.Error("not abandoned behind its term")
	}
	var mu sync.Mutex
	var held []*lease
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			l, err := f.lock("sweep")
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				held = append(held, l)
			case !errors.Is(err, ErrInUse):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if len(held) != 1 {
		t.Fatalf("%d took it, want one", len(held))
	}
	if err := held[0].Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(f.Path(".*")); left != nil {
		t.Errorf("%q are left", left)
	}
}

// TestALockThatWasLetGoIsFreeAtOnce, for other machines too.
func TestALockThatWasLetGoIsFreeAtOnce(t *testing.T) {
	f := Folder(t.TempDir())
	l, err := f.lock("embed")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(f.Path(lockName)); err != nil || !strings.Contains(string(b), machineID()) {
		t.Errorf("%q, %v", b, err)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(f.Path(lockName)); err != nil || !strings.HasSuffix(string(b), "\n"+free+"\n") || !strings.HasPrefix(string(b), "embed, process") {
		t.Errorf("%q, %v", b, err)
	}
	if l, err = f.lock("embed"); err != nil {
		t.Fatal(err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
}

// TestALeaseIsRenewed as long as it is held; one that another machine took away is lost, and its context ends.
func TestALeaseIsRenewed(t *testing.T) {
	briefly(t, 300*time.Millisecond)
	f := Folder(t.TempDir())
	l, err := f.lock("embed")
	if err != nil {
		t.Fatal(err)
	}
	c := &Claim{Folder: f, locks: []*lease{l}}
	ctx, stop := c.Context(t.Context())
	defer stop()
	for range 6 {
		time.Sleep(100 * time.Millisecond)
		if age, err := f.ageOf(l.file); err != nil || age >= leaseFor {
			t.Errorf("%v old (error %v)", age, err)
		}
	}
	if ctx.Err() != nil {
		t.Fatal(context.Cause(ctx))
	}
	if err := f.takeAway(); err != nil {
		t.Fatal(err)
	}
	ofAnotherMachine(t, f, 0)
	select {
	case <-ctx.Done():
	case <-time.After(time.Minute):
		t.Fatal("not lost")
	}
	if !errors.Is(context.Cause(ctx), ErrLost) {
		t.Errorf("cause %v", context.Cause(ctx))
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if b, err := os.ReadFile(f.Path(lockName)); err != nil || !strings.Contains(string(b), "process 7 on far") {
		t.Errorf("the other's lock is %q, %v", b, err)
	}
}

// TestAFitThatLostItsFolderLeavesItToTheOther: neither a checkpoint nor a status, which would be taken for the other's.
func TestAFitThatLostItsFolderLeavesItToTheOther(t *testing.T) {
	for cause, want := range map[error][]string{ErrLost: nil, context.Canceled: {checkpointName, "status.json", "embedding.npy"}} {
		ctx, cancel := context.WithCancelCause(t.Context())
		f := fit(t, 50)
		f.Model = spec.Edit(f.Model, func(d *models.Descent) {
			d.OnStep = func(r models.Record, _ *mat.Dense) error {
				if r.Step == 5 {
					cancel(cause)
				}
				return nil
			}
		})
		if _, err := f.Run(ctx); !errors.Is(err, cause) {
			t.Errorf("%v: %v", cause, err)
		}
		var have []string
		for _, name := range []string{checkpointName, "status.json", "embedding.npy"} {
			if _, err := os.Stat(f.Folder.Path(name)); err == nil {
				have = append(have, name)
			}
		}
		if !slices.Equal(have, want) {
			t.Errorf("%v: %q, want %q", cause, have, want)
		}
		cancel(nil)
	}
}
