package runs

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// ErrInUse is in the error of a folder that another process works in.
var ErrInUse = errors.New("in use")

// lockName is the file that says whose a folder is. It stays when the run has ended; what counts is whether it is locked.
const lockName = "lock"

// lock takes a folder for this process, until the file is closed.
func (f Folder) lock(program string) (*os.File, error) {
	file, err := os.OpenFile(f.Path(lockName), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	if err := exclusive(file); err != nil {
		if errors.Is(err, ErrInUse) {
			err = fmt.Errorf("folder %s is %w by %s", f, ErrInUse, f.holder())
		}
		return nil, errors.Join(fmt.Errorf("runs: %w", err), file.Close())
	}
	err = file.Truncate(0)
	if err == nil {
		_, err = file.WriteAt(fmt.Appendf(nil, "%s, process %d\n", program, os.Getpid()), 0)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("runs: %w", err), file.Close())
	}
	return file, nil
}

// abandoned says that no process works on the run of a folder. It looks by taking the lock for a moment.
func (f Folder) abandoned() bool {
	file, err := os.OpenFile(f.Path(lockName), os.O_RDWR, 0)
	if err != nil {
		return errors.Is(err, os.ErrNotExist)
	}
	defer file.Close()
	return !errors.Is(exclusive(file), ErrInUse)
}

// holder is what the lock says of itself.
func (f Folder) holder() string {
	b, err := os.ReadFile(f.Path(lockName))
	if text := strings.TrimSpace(string(b)); err == nil && text != "" {
		return text
	}
	return "another process"
}
