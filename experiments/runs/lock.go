package runs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"affmatch/internal/whole"
)

// ErrInUse is in the error of a folder that another process works in.
var ErrInUse = errors.New("in use")

// lockName is the file that says whose a folder is: a line for people, and the machine, or free. It stays when the run
// has ended. On one machine what counts is whether the file is locked, which ends with the process. Between machines
// that share a file system, where locks may not reach, it is a lease: the holder writes to the file every few seconds,
// and who finds it unwritten for a minute takes it away.
const lockName = "lock"

const free = "free"

// Terms of a lease.
var (
	leaseFor   = time.Minute
	renewEvery = leaseFor / 6
)

// lock takes a folder for this process, until it is closed.
func (f Folder) lock(program string) (*lease, error) {
	for range 10 { // others may be as fast
		file, err := os.OpenFile(f.Path(lockName), os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, os.ErrExist) {
			file, err = os.OpenFile(f.Path(lockName), os.O_RDWR, 0)
			if errors.Is(err, os.ErrNotExist) {
				continue
			}
		}
		if err != nil {
			return nil, fmt.Errorf("runs: %w", err)
		}
		switch state, err := f.stateOf(file); {
		case err != nil:
			return nil, errors.Join(fmt.Errorf("runs: %w", err), file.Close())
		case state == heldByOther:
			err := fmt.Errorf("runs: folder %s is %w by %s", f, ErrInUse, f.holder())
			return nil, errors.Join(err, file.Close())
		case state == expired:
			if err := errors.Join(f.takeAway(), file.Close()); err != nil {
				return nil, err
			}
		default:
			l := &lease{file: file, line: fmt.Sprintf("%s, process %d on %s", program, os.Getpid(), hostName()),
				lost: make(chan struct{})}
			if err := l.write(machineID()); err != nil {
				return nil, errors.Join(fmt.Errorf("runs: %w", err), file.Close())
			}
			l.renew()
			return l, nil
		}
	}
	return nil, fmt.Errorf("runs: folder %s is %w: its lock goes from hand to hand", f, ErrInUse)
}

// What a lock file says.
const (
	available   = iota
	heldByOther // process
	expired     // of another machine
)

// stateOf is that of an open lock file, which it locks unless another process of this machine has.
func (f Folder) stateOf(file *os.File) (int, error) {
	if err := exclusive(file); errors.Is(err, ErrInUse) {
		return heldByOther, nil
	} else if err != nil {
		return heldByOther, err
	}
	b, err := io.ReadAll(io.NewSectionReader(file, 0, 1<<12))
	if err != nil {
		return heldByOther, err
	}
	_, machine, _ := strings.Cut(strings.TrimSpace(string(b)), "\n")
	if machine == "" || machine == free || machine == machineID() {
		return available, nil
	}
	age, err := f.ageOf(file)
	if err != nil {
		return heldByOther, err
	}
	if age < leaseFor {
		return heldByOther, nil
	}
	return expired, nil
}

// ageOf is how long ago a file was written to, by the clock of the file system, which no machine need have.
func (f Folder) ageOf(file *os.File) (time.Duration, error) {
	probe, err := os.CreateTemp(string(f), whole.Temporary+"clock-*")
	if err != nil {
		return 0, err
	}
	_, err = probe.Write([]byte("\n"))
	now, nowErr := probe.Stat()
	then, thenErr := file.Stat()
	if err := errors.Join(err, nowErr, thenErr, probe.Close(), os.Remove(probe.Name())); err != nil {
		return 0, err
	}
	return now.ModTime().Sub(then.ModTime()), nil
}

// takeAway removes a lock that has expired: of several who try one succeeds, and all look again.
func (f Folder) takeAway() error {
	old, err := os.CreateTemp(string(f), whole.Temporary+lockName+"-*")
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	err = os.Rename(f.Path(lockName), old.Name())
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, old.Close(), os.Remove(old.Name()))
}

// abandoned says that no process works on the run of a folder. It looks by taking the lock for a moment.
func (f Folder) abandoned() bool {
	file, err := os.OpenFile(f.Path(lockName), os.O_RDWR, 0)
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	defer file.Close()
	state, err := f.stateOf(file)
	return err == nil && state != heldByOther
}

// holder is what the lock says of itself.
func (f Folder) holder() string {
	b, err := os.ReadFile(f.Path(lockName))
	if text, _, _ := strings.Cut(strings.TrimSpace(string(b)), "\n"); err == nil && text != "" {
		return text
	}
	return "another process"
}
