package watch

import (
	"encoding/binary"
	"math"
	"strconv"
	"sync"
	"time"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/metrics"
	"affmatch/experiments/plots"
	"affmatch/models"
)

// Fit is one that is watched.
type Fit struct {
	server *Server
	begun  begun

	mu     sync.Mutex
	course course
	labels []int
	frame  *frame
	frames int // made so far
	last   time.Time
	scores *metrics.Report
	end    *ended
}

// The events that a page hears, each with the number of the fit.
type begun struct {
	ID     int      `json:"id"`
	Title  string   `json:"title"`
	Steps  int      `json:"steps"` // asked for; 0: not known
	Names  []string `json:"names"`
	Colors []string `json:"colors"` // of the classes
}

// course is the steps from one on: what a page has not heard yet.
type course struct {
	ID       int       `json:"id"`
	From     int       `json:"from"`
	Loss     []number  `json:"loss"`
	GradNorm []number  `json:"gradient"`
	Seconds  []float64 `json:"seconds"` // since the first step
	Plain    []int     `json:"plain"`   // 1: without exaggeration, else 0
}

// frame is an embedding: coordinates of 16 bits, little end first, two a point, in base64; classes likewise, one a point.
type frame struct {
	ID      int        `json:"id"`
	Step    int        `json:"step"`
	Of      int        `json:"of"`     // rows, of which some are shown
	Points  []byte     `json:"points"` // base64 by encoding/json, for each page and not in the fit
	Classes []byte     `json:"classes,omitempty"`
	Box     [4]float64 `json:"box"` // left, right, low, high
}

type scored struct {
	ID     int            `json:"id"`
	Scores metrics.Report `json:"scores"`
}

type ended struct {
	ID     int    `json:"id"`
	State  string `json:"state"`
	Detail string `json:"detail"`
}

// number is one that JSON may not have: null then.
type number float64

// MarshalJSON writes it.
func (v number) MarshalJSON() ([]byte, error) {
	if f := float64(v); !math.IsNaN(f) && !math.IsInf(f, 0) {
		return strconv.AppendFloat(nil, f, 'g', -1, 64), nil
	}
	return []byte("null"), nil
}

// mostShown is the number of points that a page is sent.
const mostShown = 20_000

// Begin shows a fit of so many steps; labels and the names of classes may be nil.
func (s *Server) Begin(title string, labels []int, names []string, steps int) *Fit {
	if s == nil {
		return nil
	}
	f := &Fit{server: s, begun: begun{Title: title, Steps: steps, Names: names, Colors: []string{}}}
	if names == nil {
		f.begun.Names = []string{}
	}
	for _, c := range plots.Categorical(len(names)) {
		f.begun.Colors = append(f.begun.Colors, "#"+hex(c.R)+hex(c.G)+hex(c.B))
	}
	f.labels = labels
	s.mu.Lock()
	defer s.mu.Unlock()
	f.begun.ID = len(s.fits)
	s.fits = append(s.fits, f)
	return f
}

func hex(v uint8) string { return string("0123456789abcdef"[v>>4]) + string("0123456789abcdef"[v&15]) }

// Step is a models.StepFunc without an error. A step of which the embedding is not known any more has none: nil.
func (f *Fit) Step(r models.Record, z *mat.Dense) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	seconds := r.Seconds
	if n := len(f.course.Seconds); n > 0 {
		seconds += f.course.Seconds[n-1]
	}
	plain := 0
	if r.Exaggeration == 1 {
		plain = 1
	}
	f.course.Loss = append(f.course.Loss, number(r.Loss))
	f.course.GradNorm = append(f.course.GradNorm, number(r.GradNorm))
	f.course.Seconds = append(f.course.Seconds, seconds)
	f.course.Plain = append(f.course.Plain, plain)
	now := time.Now()
	if z != nil && f.server.open.Load() > 0 && now.Sub(f.last) >= pause {
		f.last = now
		f.show(r.Step, z)
	}
}

// Done shows the embedding that a fit has come to.
func (f *Fit) Done(z *mat.Dense) {
	if f == nil || z == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.show(max(0, len(f.course.Loss)-1), z)
}

// Scored shows scores.
func (f *Fit) Scored(r metrics.Report) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scores = &r
}

// End says how a fit ended.
func (f *Fit) End(state, detail string) {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.end = &ended{f.begun.ID, state, detail}
}

// show makes a frame of the first two coordinates, a point of one coordinate on a line.
func (f *Fit) show(step int, z *mat.Dense) {
	n, dim := z.Dims()
	stride := (n + mostShown - 1) / mostShown
	next := frame{ID: f.begun.ID, Step: step, Of: n, Box: [4]float64{math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)}}
	of := func(i int) (x, y float64) {
		row := z.RawRowView(i)
		if dim == 1 {
			return row[0], 0
		}
		return row[0], row[1]
	}
	for i := 0; i < n; i += stride {
		x, y := of(i)
		if x-x != 0 || y-y != 0 {
			return // a fit that diverges has no picture
		}
		b := &next.Box
		b[0], b[1], b[2], b[3] = min(b[0], x), max(b[1], x), min(b[2], y), max(b[3], y)
	}
	place := func(v, low, high float64) uint16 {
		if !(high > low) {
			return 1 << 15
		}
		return uint16(math.MaxUint16 * ((float64(v/2) - float64(low/2)) / (float64(high/2) - float64(low/2))))
	}
	points := make([]byte, 0, 4*(n/stride+1))
	var classes []byte
	for i := 0; i < n; i += stride {
		x, y := of(i)
		points = binary.LittleEndian.AppendUint16(points, place(x, next.Box[0], next.Box[1]))
		points = binary.LittleEndian.AppendUint16(points, place(y, next.Box[2], next.Box[3]))
		if f.labels != nil && f.frames == 0 {
			classes = binary.LittleEndian.AppendUint16(classes, uint16(f.labels[i]))
		}
	}
	if next.Points = points; classes == nil && f.frame != nil {
		classes = f.frame.Classes
	}
	next.Classes = classes
	f.frame = &next
	f.frames++
}
