package plots

import (
	"fmt"

	"gonum.org/v1/plot/vg"

	"affmatch/internal/fault"
)

// Series is one line of measurements.
type Series struct {
	Name string    // empty: no label
	At   []float64 // places along the axis, increasing; nil: 1, 2, 3, ...

	// Values holds the value of repetition r at At[i] in Values[r][i]. Of several repetitions the mean is drawn, on a
	// band of one sample standard deviation up and down.
	Values [][]float64
}

// ParameterCurves shows how a measure of quality depends on a parameter: a marker at each measurement, joined by lines.
type ParameterCurves struct {
	Series     []Series
	Parameter  string // along the axis: "Perplexity"
	Measure    string // upwards: "Trustworthiness"
	Title      string
	LogX, LogY bool
	Width      vg.Length // of the figure; 0: SingleColumn
}

// PreservationCurves shows what an embedding keeps of neighbourhoods against their size k, on a logarithmic axis, from 0
// (or the least value) upwards. The customary measure is R_NX(k) = ((n-1) Q_NX(k) - k) / (n-1-k), where Q_NX(k) is the
// mean share of the k nearest neighbours that is kept: 0 for a random embedding, 1 for a perfect one; the area under this
// very picture sums it up (J. A. Lee, D. H. Peluffo-Ordóñez and M. Verleysen, "Multi-scale similarities in stochastic
// neighbour embedding", Neurocomputing 169, 2015).
type PreservationCurves struct {
	Series  []Series // At holds the sizes k
	Measure string   // empty: "R_{NX}(k)"
	Title   string
	Width   vg.Length // of the figure; 0: SingleColumn
}

var (
	_ Plot = ParameterCurves{}
	_ Plot = PreservationCurves{}
)

// Figure draws the plot alone.
func (p ParameterCurves) Figure() (*Figure, error) { return alone(p) }

// Figure draws the plot alone.
func (p PreservationCurves) Figure() (*Figure, error) { return alone(p) }

func (p ParameterCurves) panel() (*panel, error) {
	lines, err := measured("plots: ParameterCurves: ", p.Series, p.Width, p.LogX, p.LogY)
	if err != nil {
		return nil, err
	}
	for i := range lines {
		lines[i].markers = true
	}
	c := newChart(p.Parameter, p.Measure, p.LogX, p.LogY, lines)
	return c.panel(p.Title, p.Width), nil
}

func (p PreservationCurves) panel() (*panel, error) {
	lines, err := measured("plots: PreservationCurves: ", p.Series, p.Width, true, false)
	if err != nil {
		return nil, err
	}
	c := newChart("Neighbors k", orElse(p.Measure, "R_{NX}(k)"), true, false, lines)
	c.y.min = min(c.y.min, 0)
	return c.panel(p.Title, p.Width), nil
}

// measured makes a line of each series.
func measured(where string, series []Series, width vg.Length, logX, logY bool) ([]line, error) {
	if len(series) == 0 {
		return nil, fault.Field(where+"Series", "none", "at least one")
	}
	if err := checkWidth(where, width); err != nil {
		return nil, err
	}
	palette := strokes(len(series))
	lines := make([]line, len(series))
	for i, s := range series {
		var err error
		lines[i], err = repeated(fmt.Sprintf("%sSeries[%d] (%s): Values", where, i, s.Name), s.At, s.Values, logX, logY)
		if err != nil {
			return nil, err
		}
		lines[i].name, lines[i].color = s.Name, palette[i]
	}
	return lines, nil
}
