package plan

import (
	"math"
	"strings"
	"sync"
	"testing"

	"affmatch/affinity"
	"affmatch/internal/team"
	"affmatch/models"
)

// planned are methods whose steps exchange what there is: gradients of edges and samples by place and by shifts, sums over
// all pairs, and those of a tree.
func planned() map[string]models.Problem {
	exact := models.SNE()
	exact.Engine = models.Fused{Exact: true}
	return map[string]models.Problem{
		"UMAP": models.UMAP().Problem(), "UMAPLearn": models.UMAPLearn().Problem(),
		"SNE": exact.Problem(), "TSNE": models.TSNE().Problem(),
	}
}

// TestCountedBytesAreThoseThatATeamExchanges: to the byte on as many points and members, and for others by the line through
// two numbers of points, of points that are numbered too.
func TestCountedBytesAreThoseThatATeamExchanges(t *testing.T) {
	for name, p := range planned() {
		few, many := 2048, 4096
		if name == "TSNE" { // from where on there is a tree
			few, many = 4096, 8192
		}
		countedAre(t, name, Fit{Problem: p}, few, many, many+3001)
	}
	if !testing.Short() {
		countedAre(t, "UMAP, numbered", Fit{Problem: planned()["UMAP"]}, mostTogether/2, mostTogether, 300_000)
	}
}

func countedAre(t *testing.T, name string, f Fit, few, many, more int) {
	t.Helper()
	r := &rehearsal{points: many}
	for k, n := range []int{few, many} {
		var err error
		if r.traffic[k], _, err = f.together(t.Context(), n, members); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
	for _, c := range []struct {
		n, size int
		exactly bool
	}{{many, members, true}, {many, 2, false}, {more, 3, false}} {
		if many == mostTogether && c.n == many { // which takes seconds
			continue
		}
		f.Rows = c.n
		got, want := f.traffic(r), exchanged(t, f, c.n, c.size)
		for k, pair := range [][2]team.Flow{
			{got.Sends, want.Sends}, {got.Receives, want.Receives}, {got.Broadcasts, want.Broadcasts}, {got.Gathers, want.Gathers},
		} {
			off, messages := math.Abs(float64(pair[0].Bytes-pair[1].Bytes)), pair[0].Times-pair[1].Times
			most := 0.01*float64(pair[1].Bytes) + 1000 // some bytes a shard, or a member
			if c.exactly && pair[0] != pair[1] || off > most || messages*messages > 1 {
				t.Errorf("%s of %d on %d, exchange %d: counted %v, want %v", name, c.n, c.size, k, pair[0], pair[1])
			}
		}
		if want.Receives.Bytes+want.Gathers.Bytes == 0 {
			t.Errorf("%s: nothing is exchanged", name)
		}
	}
}

// link is a member that writes down each exchange by itself.
type link struct {
	team.Team
	said team.Traffic
}

func (l *link) Send(to int, b []byte) error {
	l.said.Sends.Times, l.said.Sends.Bytes = l.said.Sends.Times+1, l.said.Sends.Bytes+int64(len(b))
	return l.Team.Send(to, b)
}

func (l *link) Receive(from int, b []byte) error {
	l.said.Receives.Times, l.said.Receives.Bytes = l.said.Receives.Times+1, l.said.Receives.Bytes+int64(len(b))
	return l.Team.Receive(from, b)
}

func (l *link) Broadcast(from int, b []byte) error {
	l.said.Broadcasts.Times, l.said.Broadcasts.Bytes = l.said.Broadcasts.Times+1, l.said.Broadcasts.Bytes+int64(len(b))
	return l.Team.Broadcast(from, b)
}

func (l *link) Gather(b []byte, ends []int) error {
	l.said.Gathers.Times, l.said.Gathers.Bytes = l.said.Gathers.Times+1, l.said.Gathers.Bytes+int64(ends[len(ends)-1])
	return l.Team.Gather(b, ends)
}

// exchanged is what the last member of a team asks for in the last step, as members run at once.
func exchanged(t *testing.T, f Fit, n, size int) (last team.Traffic) {
	t.Helper()
	var all sync.WaitGroup
	for rank, member := range team.Local(size) {
		l := &link{Team: member}
		all.Go(func() {
			run, err := f.start(team.With(t.Context(), l), n)
			if err != nil {
				t.Error(err)
				return
			}
			defer run.Close()
			for range steps {
				before := l.said
				if _, err := run.Step(team.With(t.Context(), l)); err != nil {
					t.Error(err)
					return
				}
				if rank == size-1 {
					last = l.said.Less(before)
				}
			}
		})
	}
	all.Wait()
	return last
}

// TestAPlanSaysMemoryAndTime of each number of processes, which fall with it while there is something to divide.
func TestAPlanSaysMemoryAndTime(t *testing.T) {
	m := models.UMAP()
	m.In = affinity.UMAPAffinityIn{Neighbors: 15}
	f := Fit{Problem: m.Problem(), Rows: 60_000, Columns: 50, Ranks: []int{1, 2, 8}, Network: Ethernet}
	all, err := f.Plan(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	z := int64(8 * 2 * f.Rows)
	for k, r := range all {
		s := r.Step
		if r.Ranks != f.Ranks[k] || s.Seconds != s.Divided+s.Own+s.Exchange || s.Divided <= 0 ||
			(s.Exchange == 0) != (r.Ranks == 1) {
			t.Errorf("%d processes: %+v", r.Ranks, s)
		}
		x := 4 * 50 * int64(f.Rows)
		if r.Today.X != x || r.Split.X != x/int64(r.Ranks) || r.Split.Steps < z || r.Split.Peak > r.Today.Peak {
			t.Errorf("%d processes: %+v, %+v", r.Ranks, r.Today, r.Split)
		}
		if k > 0 && (s.Divided >= all[k-1].Step.Divided || r.Split.Peak >= all[k-1].Split.Peak) {
			t.Errorf("%d processes take no less than %d", r.Ranks, all[k-1].Ranks)
		}
	}
	var text strings.Builder
	Print(&text, f, all)
	if lines := strings.Count(text.String(), "\n"); lines != 2*len(all)+6 {
		t.Errorf("%d lines:\n%s", lines, text.String())
	}
}

// TestTheNetworkTakesWhatItsMessagesTake, counted by hand.
func TestTheNetworkTakesWhatItsMessagesTake(t *testing.T) {
	n := Network{Bandwidth: 1e6, Latency: 1e-3}
	one := team.Traffic{Receives: team.Flow{Times: 2, Bytes: 1000}} // one round: two pieces
	two := team.Traffic{Receives: team.Flow{Times: 4, Bytes: 2000}, Sends: team.Flow{Times: 2, Bytes: 1000}}
	all := team.Traffic{Broadcasts: team.Flow{Times: 1, Bytes: 3000}, Gathers: team.Flow{Times: 2, Bytes: 400}}
	for _, c := range []struct {
		name    string
		traffic team.Traffic
		ranks   int
		want    float64
	}{
		{"alone", two, 1, 0},
		{"a chain of two", one, 2, 2e-3 + 1e-3},
		{"two rounds of two", two, 2, 6e-3 + 3e-3},
		{"a chain of three", one, 3, 4e-3 + 2e-3 + 1e-3 + 1e-3}, // the middle receives and sends; one piece to fill
		{"arrays of two", all, 2, 3e-3 + 3e-3 + 0.2e-3},
		{"arrays of four", all, 4, 6e-3 + 4.5e-3 + 0.3e-3},
	} {
		if got := n.seconds(c.traffic, c.ranks); math.Abs(got-c.want) > 1e-12 {
			t.Errorf("%s: %v s, want %v", c.name, got, c.want)
		}
	}
}

func TestATeamMeasuresItsNetwork(t *testing.T) {
	var all sync.WaitGroup
	for rank, member := range team.Local(3) {
		all.Go(func() {
			n, err := Measure(member)
			if err != nil || n.validate() != nil {
				t.Errorf("member %d: %v, %v", rank, n, err)
			}
		})
	}
	all.Wait()
}

func TestBadPlansAreRefused(t *testing.T) {
	good := Fit{Problem: models.UMAP().Problem(), Rows: 1000, Columns: 5, Ranks: []int{1}, Network: Ethernet}
	for what, change := range map[string]func(f *Fit){
		"plan: data":      func(f *Fit) { f.Rows = 1 },
		"plan: ranks":     func(f *Fit) { f.Ranks = []int{0} },
		"plan: cores":     func(f *Fit) { f.Cores = -1 },
		"plan: bandwidth": func(f *Fit) { f.Network.Bandwidth = 0 },
		"plan: latency":   func(f *Fit) { f.Network.Latency = -1 },
		"plan: encoder":   func(f *Fit) { f.Problem.Encoder = models.MLP{} },
	} {
		f := good
		change(&f)
		if _, err := f.Plan(t.Context()); err == nil || !strings.Contains(err.Error(), what) {
			t.Errorf("%s: %v", what, err)
		}
	}
}
