package runs

import (
	"fmt"
	"math"
	"strconv"

	"affmatch/experiments/maps"
	"affmatch/experiments/metrics"
	"affmatch/experiments/prepare"

	"gonum.org/v1/gonum/mat"
)

// MapName is the page of a run's embedding.
const MapName = "map.html"

// mostValues is how many numbers of the data's columns a page takes, so that it stays one to be sent.
const mostValues = 1 << 21

// MapOf is a page without views: what is known of the rows of some data. Of the columns it has those with names, the first
// of them where there are too many, and the values that the data are colored by.
func MapOf(title string, p *prepare.Prepared) (m maps.Map, notes []string) {
	m = maps.Map{Title: title, Labels: p.Labels, Names: p.Names, RowNames: p.RowNames}
	n, columns := p.X.Dims()
	if m.RowNames == nil && p.Rows != nil {
		for _, row := range p.Rows {
			m.RowNames = append(m.RowNames, "row "+strconv.Itoa(row)+" of the data")
		}
	}
	if p.Values != nil {
		m.Columns = append(m.Columns, maps.Column{Name: "value", Values: p.Values})
	}
	if p.Data.Columns == nil {
		return m, nil
	}
	take := min(columns, mostValues/n)
	if take < columns {
		const few = "%s: of %d columns it has the first %d, more would make it too large to pass on"
		notes = append(notes, fmt.Sprintf(few, MapName, columns, take))
	}
	for c := range take {
		m.Columns = append(m.Columns, maps.Column{Name: p.Data.Columns[c], Values: mat.Col(nil, c, p.X)})
	}
	return m, notes
}

// ViewOf is an embedding as a page shows it: one coordinate as strips, two and three as they are. Points have the scores
// that were computed of them; nil: none.
func ViewOf(title string, z *mat.Dense, labels []int, scores *metrics.Each) (maps.View, error) {
	v := maps.View{Title: title, Points: z}
	n, dim := z.Dims()
	switch dim {
	case 1:
		v.Points = strips(z, labels)
	case 2, 3:
	default:
		return v, fmt.Errorf("runs: no map of %d dimensions, only of 1 to 3", dim)
	}
	if scores == nil {
		return v, nil
	}
	for _, s := range pointScores {
		values := *s.of(scores)
		if values == nil {
			continue
		}
		all := make([]float64, n)
		for i := range all {
			all[i] = math.NaN()
		}
		for at, i := range scores.Rows {
			all[i] = values[at]
		}
		v.Columns = append(v.Columns, maps.Column{Name: s.name, Values: all})
	}
	return v, nil
}

// Map writes the page of one embedding, if there can be one, and says what is not in it.
func (f Folder) Map(title string, p *prepare.Prepared, z *mat.Dense, scores *metrics.Each) (notes []string, err error) {
	view, err := ViewOf("", z, p.Labels, scores)
	if err != nil {
		return []string{fmt.Sprintf("no %s: %v", MapName, err)}, nil
	}
	m, notes := MapOf(title, p)
	m.Views = []maps.View{view}
	return notes, f.Write(MapName, m.Write)
}
