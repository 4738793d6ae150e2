package plan

import (
	"fmt"
	"io"
)

// Print writes tables: of the memory of a process, in GB, and of the time of a step.
func Print(w io.Writer, f Fit, all []Rank) {
	fmt.Fprint(w, "GB that arrays take at most, of one process\n")
	fmt.Fprintf(w, "%9s %39s   %39s\n", "", "X, index, P and Z on each, as it is", "X, index and P split, Z on each")
	fmt.Fprintf(w, "%9s", "processes")
	for range 2 {
		fmt.Fprintf(w, "%8s%8s%8s%8s%8s  ", "X", "search", "P", "steps", "peak")
	}
	fmt.Fprintln(w)
	for _, r := range all {
		fmt.Fprintf(w, "%9d", r.Ranks)
		for _, h := range []Held{r.Today, r.Split} {
			for _, bytes := range []int64{h.X, h.Search, h.P, h.Steps, h.Peak} {
				fmt.Fprintf(w, "%8s", short(float64(bytes)/1e9))
			}
			fmt.Fprint(w, "  ")
		}
		fmt.Fprintln(w)
	}
	fmt.Fprintf(w, "\nseconds of a step, on %d core(s) each, %s GB/s and %s µs a message\n", max(1, f.Cores),
		short(f.Network.Bandwidth/1e9), short(f.Network.Latency*1e6))
	fmt.Fprintf(w, "%9s%10s%10s%10s%10s%10s\n", "processes", "pairs", "own", "exchange", "step", "speed-up")
	for _, r := range all {
		s := r.Step
		fmt.Fprintf(w, "%9d%10s%10s%10s%10s%10s\n", r.Ranks, short(s.Divided), short(s.Own), short(s.Exchange), short(s.Seconds),
			short(s.SpeedUp))
	}
}

// short is a number with about three digits.
func short(v float64) string {
	digits := 3
	for least := 0.9995; digits > 0 && v >= least; least *= 10 {
		digits--
	}
	return fmt.Sprintf("%.*f", digits, v)
}
