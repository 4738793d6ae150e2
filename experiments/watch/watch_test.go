package watch

import (
	"bufio"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/internal/chromium"
	"affmatch/experiments/metrics"
	"affmatch/models"
)

func listen(t *testing.T) *Server {
	t.Helper()
	s, err := Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// heardEvents reads events until the last one, or the end.
func heardEvents(t *testing.T, body io.Reader, last string) (names []string, data map[string][]string) {
	t.Helper()
	lines, data := bufio.NewScanner(body), map[string][]string{}
	lines.Buffer(nil, 1<<20)
	name := ""
	for lines.Scan() {
		if n, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			name = n
			names = append(names, n)
		} else if d, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
			data[name] = append(data[name], d)
			if name == last {
				return names, data
			}
		}
	}
	return names, data
}

func step(k int, loss, exaggeration float64) models.Record {
	return models.Record{Step: k, Loss: loss, GradNorm: 1, Exaggeration: exaggeration, Seconds: 0.5}
}

// TestAPageHearsTheWholeCourse: one that comes late hears what was, then what is, and at last that it was all.
func TestAPageHearsTheWholeCourse(t *testing.T) {
	s := listen(t)
	f := s.Begin("fit <1>", []int{0, 1}, []string{"a", "b"}, 4)
	z := mat.NewDense(2, 2, []float64{-1, 0, 3, 8})
	f.Step(step(0, 5, 4), z)
	f.Step(step(1, math.Inf(1), 4), z)
	response, err := http.Get(s.URL() + "events")
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	names, data := heardEvents(t, response.Body, "steps")
	if !slices.Equal(names, []string{"begin", "steps"}) {
		t.Fatalf("events %q", names)
	}
	if want := `{"id":0,"from":0,"loss":[5,null],"gradient":[1,1],"seconds":[0.5,1],"plain":[0,0]}`; data["steps"][0] != want {
		t.Errorf("%s, want %s", data["steps"][0], want)
	}
	f.Step(step(2, 3, 1), z)
	names, data = heardEvents(t, response.Body, "frame")
	if !slices.Equal(names, []string{"steps", "frame"}) || data["steps"][0] != `{"id":0,"from":2,"loss":[3],"gradient":[1],"seconds":[1.5],"plain":[1]}` {
		t.Fatalf("events %q: %q", names, data)
	}
	var got frame
	if err := json.Unmarshal([]byte(data["frame"][0]), &got); err != nil {
		t.Fatal(err)
	}
	if got.Step != 2 || got.Box != [4]float64{-1, 3, 0, 8} ||
		!slices.Equal(got.Points, []byte{0, 0, 0, 0, 255, 255, 255, 255}) || !slices.Equal(got.Classes, []byte{0, 0, 1, 0}) {
		t.Errorf("%+v", got)
	}
	f.Done(z)
	f.Scored(metrics.Absent("no"))
	f.End("finished", "all steps made")
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	names, data = heardEvents(t, response.Body, "close")
	if !slices.Equal(names, []string{"frame", "scores", "end", "close"}) || data["end"][0] != `{"id":0,"state":"finished","detail":"all steps made"}` {
		t.Errorf("events %q: %q", names, data["end"])
	}
	if err := <-closed; err != nil {
		t.Error(err)
	}
	if _, err := http.Get(s.URL()); err == nil {
		t.Error("the server answers after its end")
	}
}

// TestThePageIsOfThisMachineAlone: no other address, no other name for it, nothing from elsewhere.
func TestThePageIsOfThisMachineAlone(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "example.org:80", "127.0.0.1", ""} {
		if s, err := Listen(address); err == nil {
			t.Errorf("%q: listens at %s", address, s.URL())
		}
	}
	s := listen(t)
	defer s.Close() //nolint:errcheck // the test of closing is another one
	for host, want := range map[string]int{"": 200, "localhost:1": 200, "[::1]:1": 200, "evil.example": 403, "evil.example:80": 403} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL(), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = host
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != want || strings.Contains(string(b), "http://") || want == 200 && !strings.Contains(string(b), "EventSource") {
			t.Errorf("as %q: %d, %d bytes", host, response.StatusCode, len(b))
		}
	}
}

// TestNobodyIsWaitedFor: a fit does not wait for a page that does not read, the end not long; without a server nothing is done.
func TestNobodyIsWaitedFor(t *testing.T) {
	s := listen(t)
	response, err := http.Get(s.URL() + "events") // and never reads
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	f := s.Begin("fit", nil, nil, 0)
	z := mat.NewDense(50_000, 3, nil)
	began := time.Now()
	for k := range 5000 {
		f.Step(step(k, 1, 1), z)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("5,000 steps took %v", took)
	}
	if n := len(f.course.Loss); n != 5000 || f.frame != nil && f.frame.Of != 50_000 {
		t.Errorf("%d steps", n)
	}
	began = time.Now()
	if err := s.Close(); err != nil || time.Since(began) > farewell+2*time.Second {
		t.Errorf("%v after %v", err, time.Since(began))
	}
	var none *Server
	g := none.Begin("", nil, nil, 0)
	g.Step(step(0, 1, 1), z)
	g.Done(z)
	g.Scored(metrics.Report{})
	g.End("", "")
	if err := none.Close(); err != nil || none.URL() != "" {
		t.Error("a nil server does something")
	}
}

func TestThePageInABrowser(t *testing.T) {
	s := listen(t)
	p := chromium.Open(t, s.URL(), 1200, 760)
	p.Await("document.getElementById('state')?.textContent === 'connected'")
	f := s.Begin("<b>t-SNE</b> of digits", []int{0, 1, 2, 0, 1, 2}, []string{"<i>a", "b", "c"}, 60)
	other := s.Begin("UMAP", nil, nil, 60)
	z := mat.NewDense(6, 2, []float64{0, 0, 5, 1, 2, 4, 1, 1, 4, 3, 0, 5})
	for k := range 60 {
		exaggeration := 4.0
		if k > 20 {
			exaggeration = 1
		}
		f.Step(step(k, 1+9/float64(k+1), exaggeration), z)
		other.Step(step(k, 2+5/float64(k+1), 1), z)
		z.Set(0, 0, float64(k)/20)
		time.Sleep(10 * time.Millisecond)
	}
	f.Done(z)
	f.End("finished", "all steps made")
	p.Await("fits.get(0).loss.length === 60 && fits.get(0).state && fits.get(0).frames.length > 3")
	var title, note string
	p.Eval("fits.get(0).item.firstChild.textContent", &title)
	p.Eval("fits.get(0).note.textContent", &note)
	if title != "<b>t-SNE</b> of digits" || !strings.HasPrefix(note, "step 60 of 60, loss 1.15, 30.0 s\nfinished: all steps made") {
		t.Errorf("%q: %q", title, note)
	}
	for canvas, least := range map[string]int{"points": 20, "loss": 200, "gradient": 100} {
		var drawn int
		p.Eval(`(() => {
			paint();
			const c = byId('`+canvas+`'), px = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
			let n = 0;
			for (let i = 3; i < px.length; i += 4) if (px[i] > 100) n++;
			return n;
		})()`, &drawn)
		if drawn < least {
			t.Errorf("%s: %d pixels are drawn, want %d", canvas, drawn, least)
		}
	}
	if folder := os.Getenv("AFFMATCH_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, "watch.png"), p.Picture(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p.Eval("byId('time').value = 0, byId('time').oninput(), byId('play').click()", nil)
	p.Await("byId('time').value === byId('time').max && !playing") // moved again to its end
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	p.Await("document.getElementById('state').textContent === 'all done'")
	if e := p.Errors(); len(e) > 0 {
		t.Errorf("the page's errors: %q", e)
	}
}

// BenchmarkStep is what a fit of 10,000 points pays a step of a millisecond, watched and not; and what a frame costs.
func BenchmarkStep(b *testing.B) {
	z, labels := mat.NewDense(10_000, 2, nil), make([]int, 10_000)
	for i := range labels {
		z.Set(i, 0, float64(i))
		z.Set(i, 1, float64(i*i%997))
		labels[i] = i % 10
	}
	for _, name := range []string{"step", "frame"} {
		b.Run(name, func(b *testing.B) {
			s, err := Listen("127.0.0.1:0")
			if err != nil {
				b.Fatal(err)
			}
			s.open.Add(1)
			f := s.Begin("fit", labels, make([]string, 10), 0)
			b.ReportAllocs()
			for b.Loop() {
				if name == "frame" {
					f.last = time.Time{}
				}
				f.Step(step(0, 1, 1), z)
			}
			if err := s.Close(); err != nil {
				b.Fatal(err)
			}
		})
	}
}
