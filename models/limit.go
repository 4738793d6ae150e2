package models

import (
	"cmp"
	"fmt"
	"runtime/metrics"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/machine"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// Resident is about what the process takes at most: Peak, half of what GOGC lets the garbage collector leave beside it (as
// measured: it is never all), and what a fit of a few points takes.
func (e Estimate) Resident() int64 {
	peak, _ := e.Peak()
	gogc := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(gogc)
	share := 1.0
	if v := gogc[0].Value; v.Kind() == metrics.KindUint64 && v.Uint64() < 1000 { // no collector, and none can tell: as usual
		share = float64(v.Uint64()) / 100
	}
	return peak + int64(share/2*float64(peak)) + 4e6
}

// limited refuses a fit that would take more than the limit, and where there is none, one whose arrays the machine cannot
// hold. It says what the fit takes; 0 where nobody knows.
func limited(x mat.Matrix, p Problem) (int64, error) {
	n, columns := 0, 0
	if x != nil {
		n, columns = x.Dims()
	}
	searched := columns
	if raw, ok := rows.Bare(x).(rows.Raw); ok && n > 0 &&
		raw.RawRows().Sparse() { // the search holds its transpose: 12 bytes an entry, not 4
		searched = 3*len(raw.RawRows().F64)/n + 1
	}
	e, err := memory(n, columns, searched, p, One)
	if err != nil {
		if p.MemoryLimit == 0 || n < 2 { // the part whose field it is will say so itself, or the data that they are too few
			err = nil
		}
		return 0, err
	}
	if x != nil && !rows.InPlace(x) {
		bytes := 8 * int64(n) * int64(columns)
		e.Stages = append([]affinity.MemoryStage{{Name: "copy of X", Bytes: bytes, Kept: bytes}}, e.Stages...)
	}
	limit, whose := p.MemoryLimit, " (MemoryLimit)"
	takes := Estimate.Resident
	if limit == 0 {
		limit, whose = machine.Memory(), ", this machine's memory"
		takes = func(e Estimate) int64 { peak, _ := e.Peak(); return peak }
	}
	if takes(e) <= limit || limit == 0 {
		return takes(e), nil
	}
	largest := slices.MaxFunc(e.Stages, func(a, b affinity.MemoryStage) int { return cmp.Compare(a.Bytes, b.Bytes) })
	want := "at most " + size(limit) + whose
	if dense, ok := p.In.(interface{ Sparse() affinity.Input }); ok && dense.Sparse() != nil {
		p.In = dense.Sparse()
		if s, err := memory(n, columns, searched, p, One); err == nil {
			want += "; a sparse affinity needs about " + size(takes(s))
		}
	}
	return 0, fault.Field(
		fmt.Sprintf("models: memory for %d points", e.Points),
		fmt.Sprintf("about %s, most of it for the %s", size(takes(e)), largest.Name),
		want,
	)
}
