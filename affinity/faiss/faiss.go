package faiss

import (
	"context"
	"errors"
	"fmt"
	"math"

	"affmatch/affinity"
	"affmatch/internal/fault"
)

// ErrAbsent is the error of a program that was built without the tag faiss.
var ErrAbsent = errors.New("faiss: this program was built without it: go build -tags faiss, with the library (Debian: libfaiss-dev)")

// Flat compares all pairs, in blocks of matrix products.
type Flat struct{}

// IVF searches the cells (inverted lists) whose centers are nearest.
type IVF struct {
	Lists  int // cells; 0: the root of the number of rows, times 4, but at most a 40th of the rows
	Probes int // cells that are searched for a row; 0: 16. As many as Lists: all of them
}

// HNSW walks a hierarchy of graphs.
type HNSW struct {
	Links   int // of a row in the lowest graph are twice as many; 0: 32
	Build   int // rows that a walk keeps while the graph is made; 0: 40
	Walk    int // and while it is searched, at least as many as the neighbors; 0: 64, or twice the neighbors
	Threads int // that make the graph; 0: 1, and the same graph each time; more: sooner, and another graph each time
}

var (
	_ affinity.Finder = Flat{}
	_ affinity.Finder = IVF{}
	_ affinity.Finder = HNSW{}
)

// Open makes the index.
func (Flat) Open(ctx context.Context, rows []float32, dim int) (affinity.Finding, error) {
	return open(ctx, rows, dim, config{name: "Flat"})
}

// Open makes the index.
func (s IVF) Open(ctx context.Context, rows []float32, dim int) (affinity.Finding, error) {
	n := len(rows) / max(1, dim)
	lists := s.Lists
	if lists == 0 {
		lists = max(1, min(int(4*math.Sqrt(float64(n))), n/40))
	}
	if lists > n {
		return nil, fault.Field("faiss: IVF: Lists", lists, fmt.Sprintf("at most %d, the rows", n))
	}
	return open(ctx, rows, dim, config{name: fmt.Sprintf("IVF%d,Flat", lists), probes: min(or(s.Probes, 16), lists)})
}

// Open makes the index.
func (s HNSW) Open(ctx context.Context, rows []float32, dim int) (affinity.Finding, error) {
	return open(ctx, rows, dim, config{
		name: fmt.Sprintf("HNSW%d,Flat", or(s.Links, 32)), build: or(s.Build, 40), walk: s.Walk, threads: or(s.Threads, 1),
	})
}

// Validate says what is wrong.
func (s IVF) Validate() error {
	return errors.Join(notBelow("IVF: Lists", s.Lists, 0), notBelow("IVF: Probes", s.Probes, 0))
}

// Validate says what is wrong.
func (s HNSW) Validate() error {
	links := s.Links
	if links == 0 {
		links = 2
	}
	return errors.Join(notBelow("HNSW: Links", links, 2), notBelow("HNSW: Build", s.Build, 0),
		notBelow("HNSW: Walk", s.Walk, 0), notBelow("HNSW: Threads", s.Threads, 0))
}

func notBelow(field string, v, least int) error {
	if v < least || v > math.MaxInt32 {
		return fault.Field("faiss: "+field, v, fmt.Sprintf("0 for the default, or %d to %d", max(1, least), math.MaxInt32))
	}
	return nil
}

// config is what the library is told.
type config struct {
	name        string // of faiss's index factory
	probes      int
	build, walk int
	threads     int
}

func or(v, zero int) int {
	if v == 0 {
		return zero
	}
	return v
}

// Builtin are the searches, where the program has the library: what command lines and files can name.
func Builtin() []any {
	if !Present {
		return nil
	}
	return []any{Flat{}, IVF{}, HNSW{}}
}
