package affinity

import (
	"context"
	"math"
	"strings"
	"testing"

	"affmatch/internal/sizes"
)

// TestSizesHaveBounds: counts that no machine could serve are errors that name their field, and estimates do not overflow.
func TestSizesHaveBounds(t *testing.T) {
	for want, config := range map[string]any{
		"Uniform: Count = 9223372036854775807, want at most": Uniform{Count: math.MaxInt},
		"Replay: Count = 2000000, want at most":              Replay{Count: 2e6, Tails: func(int, int, []int32) {}},
		"Search.Trees = 1000000, want":                       EntropicAffinity{Search: Search{Trees: 1e6}},
		"Search.Candidates = 1000000000, want":               UMAPAffinityIn{Search: Search{Candidates: 1e9}},
		"Search.Rounds = 9223372036854775807, want":          UMAPAffinityIn{Search: Search{Rounds: math.MaxInt}},
	} {
		if err := validate(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
	for _, in := range []Sizer{EntropicAffinity{Dense: true}, EntropicAffinity{}, UMAPAffinityIn{Symmetrize: true}, OnData{Output: Of{Kernel: Gaussian{}}}} {
		m, err := in.Memory(math.MaxInt32, math.MaxInt32)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range m.Stages {
			if s.Bytes < 0 || s.Kept < 0 || m.Entries < 0 {
				t.Errorf("%T: %+v", in, m)
			}
		}
	}
	for _, k := range []float64{15, 1e9, math.MaxInt32 - 1} { // as many neighbors as there can be, however they are searched
		for method := range Approximate + 1 {
			for _, in := range []Sizer{UMAPAffinityIn{Neighbors: k, Symmetrize: true, Search: Search{Method: method, Recall: 0.9}},
				UMAPAffinityIn{Neighbors: k, Metric: Cosine, Search: Search{Method: method, Trees: 1000, Candidates: 4096}}} {
				m, err := in.Memory(math.MaxInt32, math.MaxInt32)
				if err != nil {
					t.Fatal(err)
				}
				for _, s := range m.Stages {
					if least := min(int64(k)<<30, sizes.Most); s.Bytes < least || s.Kept < 0 || m.Fitted < least || m.Entries < least {
						t.Errorf("%v: %+v", in, m)
					}
				}
			}
		}
	}
	x := CSR{Rows: 3, Columns: math.MaxInt, Start: []int{0, 0, 0, 0}, Values: []float64{}}
	if _, err := Fit(context.Background(), UMAPAffinityIn{Neighbors: 1}, x); err == nil || !strings.Contains(err.Error(), "3 x 9223372036854775807, want 1 to 2147483647") {
		t.Errorf("columns of a CSR: %v", err)
	}
}
