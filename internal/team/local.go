package team

import (
	"fmt"

	"affmatch/internal/fault"
)

// local is a member of a team of goroutines.
type local struct {
	rank  int
	boxes [][]chan []byte // from, to
}

// Local is a team of goroutines: what processes would do, in one of them.
func Local(size int) []Team {
	boxes := make([][]chan []byte, size)
	for from := range boxes {
		boxes[from] = make([]chan []byte, size)
		for to := range boxes[from] {
			boxes[from][to] = make(chan []byte)
		}
	}
	all := make([]Team, size)
	for r := range all {
		all[r] = &local{r, boxes}
	}
	return all
}

func (l *local) Rank() int { return l.rank }
func (l *local) Size() int { return len(l.boxes) }

// Send waits for the receiver, as a message of any size may.
func (l *local) Send(to int, b []byte) error {
	l.boxes[l.rank][to] <- append([]byte(nil), b...)
	return nil
}

func (l *local) Receive(from int, b []byte) error {
	sent := <-l.boxes[from][l.rank]
	if len(sent) != len(b) {
		return fault.Field(fmt.Sprintf("team: bytes from member %d", from), len(sent), fmt.Sprint(len(b)))
	}
	copy(b, sent)
	return nil
}

func (l *local) Broadcast(from int, b []byte) error {
	if l.rank != from {
		return l.Receive(from, b)
	}
	for to := range l.boxes {
		if to != from {
			if err := l.Send(to, b); err != nil {
				return err
			}
		}
	}
	return nil
}

func (l *local) Gather(b []byte, ends []int) error {
	for from, lo := 0, 0; from < len(ends); from++ {
		if err := l.Broadcast(from, b[lo:ends[from]]); err != nil {
			return err
		}
		lo = ends[from]
	}
	return nil
}
