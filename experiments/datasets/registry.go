package datasets

import (
	"context"
	"fmt"
	"strings"
)

// A Set is a public set of points: where it is published, how to know it, what may be done with it.
type Set struct {
	Name       string // what Load takes
	About      string // one line: what a row is, how many
	Rows, Cols int
	Points     Remote
	Labels     Remote   // no Name: the labels are in Points
	Classes    []string // names of the labels 0, 1, ...; nil: as they stand in the file
	Home       string   // the publisher's page
	License    string
	Citation   string
}

// A Remote is one file of a set.
type Remote struct {
	Name string // in the folder AFFMATCH_DATA and in the cache; says the format

	// URLs are tried in order. None: the file is only looked for in AFFMATCH_DATA and the cache.
	URLs []string

	// SHA256 sums, hexadecimal, that the file may have: as published first, then other packings of the same content.
	SHA256 []string

	Size int64 // bytes, as published
}

// Size is what Load transfers at most, in bytes.
func (s Set) Size() int64 { return s.Points.Size + s.Labels.Size }

// Lookup finds a set by its name.
func Lookup(name string) (Set, error) {
	var names []string
	for _, s := range Sets() {
		if s.Name == name {
			return s, nil
		}
		names = append(names, s.Name)
	}
	return Set{}, fmt.Errorf("datasets: no public set %q: want one of %s", name, strings.Join(names, ", "))
}

// Load gives the public set of that name, as Set.Load.
func Load(ctx context.Context, name string) (*Data, error) {
	s, err := Lookup(name)
	if err != nil {
		return nil, err
	}
	return s.Load(ctx)
}

// SNAREseq gives the cells of the affinity-matcher demo: 1047 x 10, four types. See Set.Load for where it looks.
func SNAREseq(ctx context.Context) (*Data, error) { return Load(ctx, "snareseq") }

// Load gives the set's points and labels. Each file is looked for in the folder that the environment variable AFFMATCH_DATA
// names, then in the user's cache folder (os.UserCacheDir()/affmatch); what is in neither is downloaded into the cache,
// once. Every file is held to its SHA-256 sum. Without a network it fails within seconds, and the error says what was
// tried and what to do.
func (s Set) Load(ctx context.Context) (*Data, error) {
	f := File{MaxMB: 1 << 20} // its sum is known: it is what it should be
	var err error
	if f.Path, err = s.Points.locate(ctx); err == nil {
		f.Labels = f.Path
		if s.Labels.Name != "" {
			f.Labels, err = s.Labels.locate(ctx)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", s.Name, err)
	}
	d, err := f.Read()
	if err != nil {
		return nil, err
	}
	d.Name, d.Source, d.License, d.Citation = s.Name, s.Home, s.License, s.Citation
	if s.Classes != nil {
		d.Names = s.Classes
	}
	return d, d.Validate()
}
