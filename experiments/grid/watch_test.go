package grid

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"affmatch/experiments/watch"
)

// TestASweepIsWatched: a page that is open hears of every fit, and of its end.
func TestASweepIsWatched(t *testing.T) {
	s := sweep(t, `{"data": ["blobs"], "methods": ["umap", "pca"], "seeds": [0, 1], "set": {"dim": 2}}`)
	var err error
	if s.Watch, err = watch.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	response, err := http.Get(s.Watch.URL() + "events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if tally, err := s.Run(t.Context()); err != nil || tally.Finished != 4 {
		t.Fatalf("%v, %v", tally, err)
	}
	go s.Watch.Close() //nolint:errcheck // what the page hears is what counts
	b, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	for event, want := range map[string]int{"begin": 4, "end": 4, "scores": 4, "close": 1} {
		if got := strings.Count(string(b), "event: "+event+"\n"); got != want {
			t.Errorf("%d times %s, want %d", got, event, want)
		}
	}
}
