package runs

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"time"
)

// ErrLost is in the error of a run whose folder another machine has taken: this one had not been heard of for a minute.
var ErrLost = errors.New("the folder was taken by another machine, which had not heard of this one")

// lease is a lock that is held, and renewed until it is closed.
type lease struct {
	file *os.File
	line string
	lost chan struct{} // closed when somebody has taken it away
	end  chan struct{}
	done sync.WaitGroup
}

// write says whose the lock is.
func (l *lease) write(machine string) error {
	b := fmt.Appendf(nil, "%s\n%s\n", l.line, machine)
	_, err := l.file.WriteAt(b, 0)
	return errors.Join(err, l.file.Truncate(int64(len(b))))
}

func (l *lease) renew() {
	l.end = make(chan struct{})
	l.done.Go(func() {
		tick := time.NewTicker(renewEvery)
		defer tick.Stop()
		for {
			select {
			case <-l.end:
				return
			case <-tick.C:
			}
			if removed(l.file) {
				close(l.lost)
				return
			}
			_ = l.write(machineID()) // that did not go through will at the next time, or the lease is lost
		}
	})
}

// Close lets the folder go.
func (l *lease) Close() error {
	close(l.end)
	l.done.Wait()
	if !removed(l.file) {
		_ = l.write(free) // else others wait for a minute
	}
	return l.file.Close()
}

// Context ends when the folder is lost, with ErrLost for its cause, or when parent does.
func (c *Claim) Context(parent context.Context) (ctx context.Context, stop context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(parent)
	for _, l := range c.locks {
		go func() {
			select {
			case <-l.lost:
				cancel(ErrLost)
			case <-ctx.Done():
			}
		}()
	}
	return ctx, func() { cancel(nil) }
}

func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return "a machine without a name"
	}
	return name
}

// machineID is what processes have in common that see each other's locks.
var machineID = sync.OnceValue(seesLocks)
