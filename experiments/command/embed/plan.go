package embed

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"affmatch/experiments/command"
	"affmatch/experiments/plan"
	"affmatch/experiments/spec"
	"affmatch/internal/team"
	"affmatch/models"
)

// planning is what -plan asks for.
type planning struct {
	rows, columns      int // 0: no plan
	ranks              []int
	cores              int
	bandwidth, latency float64 // GB/s, microseconds
}

// ofPlan are the flags that -plan alone has.
var ofPlan = []string{"ranks", "cores", "bandwidth", "latency"}

func (p *planning) setSize(text string) error {
	rows, columns, ok := strings.Cut(text, "x")
	var err error
	if p.rows, err = strconv.Atoi(rows); err == nil && ok {
		p.columns, err = strconv.Atoi(columns)
	}
	if !ok || err != nil || p.rows < 2 || p.columns < 1 {
		return fmt.Errorf("want rows and columns, as in 1000000x50")
	}
	return nil
}

func (p *planning) setRanks(text string) error {
	p.ranks = nil
	for word := range strings.SplitSeq(text, ",") {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return fmt.Errorf("want numbers of at least 1 with commas between them, as in 1,2,4")
		}
		p.ranks = append(p.ranks, n)
	}
	return nil
}

// checkPlan refuses flags of data and results beside -plan, and its own without it.
func (o *options) checkPlan() error {
	if !o.given["plan"] {
		for _, name := range ofPlan {
			if o.given[name] {
				return command.Usage("-%s: want -plan beside it", name)
			}
		}
		return nil
	}
	for _, name := range slices.Concat(fixedFlags[0], fixedFlags[2]) {
		if o.given[name] && !slices.Contains(append(ofPlan, "plan", "format", "help"), name) {
			return command.Usage("-plan and -%s: want none of the flags of data and results: nothing is read or made", name)
		}
	}
	return nil
}

// network is what the flags say of it, or what the processes of a launcher measure; all of them take part.
func (o *options) network(t team.Team) (plan.Network, error) {
	n := plan.Ethernet
	if t != nil {
		var err error
		if n, err = plan.Measure(t); err != nil {
			return n, err
		}
	}
	if o.given["bandwidth"] {
		n.Bandwidth = o.plan.bandwidth * 1e9
	}
	if o.given["latency"] {
		n.Latency = o.plan.latency / 1e6
	}
	return n, nil
}

// planned writes what a fit of such data would take.
func (o *options) planned(ctx context.Context, method string, m spec.Model, w io.Writer) error {
	var p models.Problem
	switch m := m.(type) {
	case models.Problem:
		p = m
	case interface{ Problem() models.Problem }:
		p = m.Problem()
	default:
		return command.Usage("-plan: %s is computed at once: want a method that makes steps", method)
	}
	n, err := o.network(o.team)
	if err != nil {
		return err
	}
	f := plan.Fit{Problem: p, Rows: o.plan.rows, Columns: o.plan.columns, Ranks: o.plan.ranks, Cores: o.plan.cores, Network: n}
	all, err := f.Plan(ctx)
	if err != nil {
		return err
	}
	if o.format == "json" {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		return e.Encode(map[string]any{
			"method": method, "rows": f.Rows, "columns": f.Columns, "cores": f.Cores, "bandwidth": n.Bandwidth, "latency": n.Latency,
			"ranks": all,
		})
	}
	fmt.Fprintf(w, "%s of %d x %d\n\n", method, f.Rows, f.Columns)
	plan.Print(w, f, all)
	return nil
}
