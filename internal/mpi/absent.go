//go:build !mpi

package mpi

import (
	"errors"
	"fmt"
)

// Present says whether the program can join others.
const Present = false

// World is all processes of a launcher.
type World struct {
	size    int
	version string
}

func open(_, _ string, l launched) (*World, error) {
	return nil, fmt.Errorf("mpi: a launcher has started this program as one of %d processes: %w", l.size, errAbsent)
}

var errAbsent = errors.New("it was built without the tag mpi (go build -tags mpi), and each would do all the work")

// Leave, Abort and the methods of a team are of programs with the tag.
func (*World) Leave() error { return nil }

// Abort ends all processes.
func (*World) Abort(int) {}

// Rank is the process's number.
func (*World) Rank() int { return 0 }

// Size is the number of processes.
func (*World) Size() int { return 1 }

// Gather is of programs with the tag.
func (*World) Gather([]byte, []int) error { return errAbsent }

// Send is of programs with the tag.
func (*World) Send(int, []byte) error { return errAbsent }

// Receive is of programs with the tag.
func (*World) Receive(int, []byte) error { return errAbsent }

// Broadcast is of programs with the tag.
func (*World) Broadcast(int, []byte) error { return errAbsent }
