package plan

import (
	"errors"
	"math"
	"math/bits"
	"time"

	"affmatch/internal/fault"
	"affmatch/internal/team"
)

// Network is what joins the processes.
type Network struct {
	Bandwidth float64 // bytes a second, of one process to another
	Latency   float64 // seconds a message takes besides
}

// Ethernet is one of 10 Gb/s, as a plain cluster has it.
var Ethernet = Network{Bandwidth: 1.2e9, Latency: 30e-6}

func (n Network) validate() error {
	var faults []error
	if !(n.Bandwidth > 0) || math.IsInf(n.Bandwidth, 0) {
		faults = append(faults, fault.Field("plan: bandwidth", n.Bandwidth, "a positive number of bytes a second"))
	}
	if !(n.Latency >= 0) || math.IsInf(n.Latency, 0) {
		faults = append(faults, fault.Field("plan: latency", n.Latency, "at least 0 seconds"))
	}
	return errors.Join(faults...)
}

// hopBytes is the most that goes from member to member at a time, of two columns in float32.
const hopBytes = 1 << 19

// seconds is what so much traffic takes so many processes. Sums that go along a chain are sent on as they come: a process
// in the middle receives and sends each piece, and the last one begins when the first piece has come to it. A broadcast
// of large arrays sends each byte about twice (a scatter, and a gather in a ring), as do the usual libraries.
func (n Network) seconds(t team.Traffic, ranks int) float64 {
	if ranks < 2 {
		return 0
	}
	r, rounds := float64(ranks), float64(bits.Len(uint(ranks-1))) // of a tree
	piece := func(f team.Flow) float64 { return float64(max(int64(f.Times), f.Bytes/hopBytes)) }
	bytes := float64(t.Receives.Bytes + t.Sends.Bytes)
	messages := piece(t.Receives) + piece(t.Sends)
	if ranks > 2 {
		bytes, messages = bytes+float64(t.Receives.Bytes), messages+piece(t.Receives)
		turns := float64(t.Receives.Bytes-t.Sends.Bytes) / float64(max(1, t.Receives.Bytes))
		if turns > 0 { // 1 of one round, 1/2 of two
			bytes += float64((r - 2) / turns * math.Min(hopBytes, float64(t.Receives.Bytes)))
			messages += (r - 2) / turns
		}
	}
	broadcast := float64(t.Broadcasts.Bytes)
	if ranks > 2 {
		broadcast *= 2 * (r - 1) / r
	}
	bytes += broadcast + float64(t.Gathers.Bytes)*(r-1)/r
	messages += float64(rounds * float64(t.Broadcasts.Times+t.Gathers.Times))
	return bytes/n.Bandwidth + float64(messages*n.Latency)
}

// Measure finds the network of a team, of which all members call it: the time of a message of one byte, there and back, and
// of pieces as large as those of a fit.
func Measure(t team.Team) (Network, error) {
	var n Network
	small, err := echo(t, make([]byte, 1), 200)
	if err != nil {
		return n, err
	}
	large, err := echo(t, make([]byte, hopBytes), 50)
	if err != nil {
		return n, err
	}
	v := []float64{small, large}
	err = t.Broadcast(0, team.Bytes(v))
	return Network{Bandwidth: hopBytes / math.Max(v[1]-v[0], 1e-9), Latency: v[0]}, err
}

// echo is how long a message takes between the first two members, the best of so many.
func echo(t team.Team, b []byte, times int) (float64, error) {
	best := math.Inf(1)
	for range times {
		at := time.Now()
		var err error
		switch t.Rank() {
		case 0:
			err = errors.Join(t.Send(1, b), t.Receive(1, b))
		case 1:
			err = errors.Join(t.Receive(0, b), t.Send(0, b))
		}
		if err != nil {
			return 0, err
		}
		best = math.Min(best, time.Since(at).Seconds()/2)
	}
	return best, nil
}
