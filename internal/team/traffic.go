package team

import (
	"sync"
	"time"

	"affmatch/internal/machine"
)

// Flow is how often something was asked for, of how many bytes in all.
type Flow struct {
	Times int
	Bytes int64
}

// Traffic is what a member has asked of its team: messages, and arrays that are whole on all members in the end.
type Traffic struct{ Sends, Receives, Broadcasts, Gathers Flow }

// Less is what has been asked for since.
func (t Traffic) Less(before Traffic) Traffic {
	less := func(a, b Flow) Flow { return Flow{a.Times - b.Times, a.Bytes - b.Bytes} }
	return Traffic{
		less(t.Sends, before.Sends), less(t.Receives, before.Receives),
		less(t.Broadcasts, before.Broadcasts), less(t.Gathers, before.Gathers),
	}
}

// Counter is a team that counts what a member asks of it, and the time that the member takes for itself.
type Counter struct {
	Team
	Traffic
	Own  time.Duration // of the process, between exchanges
	Turn *sync.Mutex   // held by a member who is not in an exchange: one works at a time
	from time.Duration
}

// Begin begins the member's own time.
func (c *Counter) Begin() {
	c.Turn.Lock()
	c.from = machine.CPU()
}

// End ends it.
func (c *Counter) End() {
	c.Own += machine.CPU() - c.from
	c.Turn.Unlock()
}

// count makes an exchange.
func (c *Counter) count(f *Flow, b []byte, do func() error) error {
	f.Times++
	f.Bytes += int64(len(b))
	c.End()
	defer c.Begin()
	return do()
}

// Gather counts the bytes of all members.
func (c *Counter) Gather(b []byte, ends []int) error {
	return c.count(&c.Gathers, b, func() error { return c.Team.Gather(b, ends) })
}

// Send counts a message.
func (c *Counter) Send(to int, b []byte) error {
	return c.count(&c.Sends, b, func() error { return c.Team.Send(to, b) })
}

// Receive counts a message.
func (c *Counter) Receive(from int, b []byte) error {
	return c.count(&c.Receives, b, func() error { return c.Team.Receive(from, b) })
}

// Broadcast counts the message, whoever sends it.
func (c *Counter) Broadcast(from int, b []byte) error {
	return c.count(&c.Broadcasts, b, func() error { return c.Team.Broadcast(from, b) })
}
