package maps

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/internal/chromium"
)

// islands are points in so many round heaps, a class each.
func islands(n, dim, classes int) (*mat.Dense, []int) {
	r := rand.New(rand.NewPCG(1, uint64(n)))
	z, labels := mat.NewDense(n, dim, nil), make([]int, n)
	for i := range n {
		labels[i] = i * classes / n
		angle := 2 * math.Pi * float64(labels[i]) / float64(classes)
		for c := range dim {
			z.Set(i, c, 5*math.Cos(angle-float64(c)*math.Pi/2)+r.NormFloat64())
		}
	}
	return z, labels
}

// open writes a map and opens it from the disk.
func open(t testing.TB, m Map) (*chromium.Page, int64) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "map.html")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Write(f); err != nil {
		t.Fatal(err)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	p := chromium.Open(t, "file://"+path, 1100, 700)
	p.Await("window.map && (map.complete || map.error)")
	return p, info.Size()
}

// keep writes a picture into the folder AFFMATCH_PICTURES, for people to look at.
func keep(t testing.TB, p *chromium.Page, name string) {
	if folder := os.Getenv("AFFMATCH_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name+".png"), p.Picture(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// colored is the share of the pixels drawn in a view that are nearest to each class's color.
func colored(p *chromium.Page, view int) (shares []float64) {
	p.Eval(`(() => {
		const {gl} = map.drawing, v = map.data.views[`+strconv.Itoa(view)+`], px = new Uint8Array(4 * v.width * v.height);
		const colors = map.data.classes.slice(0, 3).map(c => bytesOf([c.color], 1)), counts = [0, 0, 0];
		map.paint();
		gl.readPixels(v.left, v.below, v.width, v.height, gl.RGBA, gl.UNSIGNED_BYTE, px);
		for (let i = 0; i < px.length; i += 4) {
			if (px[i] + px[i + 1] + px[i + 2] > 600) continue;
			const far = colors.map(c => Math.hypot(px[i] - c[0], px[i + 1] - c[1], px[i + 2] - c[2]));
			counts[far.indexOf(Math.min(...far))]++;
		}
		return counts.map(c => c / (counts[0] + counts[1] + counts[2]));
	})()`, &shares)
	return shares
}

// place is where a row is seen in a view.
func place(p *chromium.Page, view, row string) (at [2]float64) {
	p.Eval("(() => { const v = map.data.views["+view+"], f = flat(v, map.data.n), i = "+row+"; return toScreen(v, [f[2*i], f[2*i+1]]) })()", &at)
	return at
}

func TestAMapInABrowser(t *testing.T) {
	z, labels := islands(600, 2, 3)
	turned := mat.NewDense(600, 3, nil)
	turned.Apply(func(i, c int, _ float64) float64 { return []float64{-z.At(i, 1), z.At(i, 0), float64(i % 7)}[c] }, turned)
	names := []string{"<script>window.broken = 1</script>", `ö "quoted" & 漢字`, "\xff\xfe tab\there"}
	rows, score, own := make([]string, 600), make([]float64, 600), make([]float64, 600)
	for i := range rows {
		rows[i], score[i], own[i] = "cell</script>-"+strconv.Itoa(i), float64(i)/10, math.NaN()
		if i%2 == 0 {
			own[i] = float64(i)
		}
	}
	p, _ := open(t, Map{
		Title: "</title><b>3 & more", Labels: labels, Names: names, RowNames: rows, Columns: []Column{{"age", score}},
		Views: []View{{Title: "one", Points: z, Columns: []Column{{"trust", own}}}, {Title: "two, turned", Points: turned}},
	})
	var problem, title, heading string
	p.Eval("map.error || (window.broken ? 'a name was run' : '')", &problem)
	p.Eval("document.title", &title)
	p.Eval("document.querySelector('#classes span').textContent", &heading)
	if problem != "" || title != "</title><b>3 & more" || heading != names[0] {
		t.Fatalf("%q, title %q, first class %q", problem, title, heading)
	}
	keep(t, p, "two-views")
	for view := range 2 { // each class is seen, in its color
		for class, share := range colored(p, view) {
			if share < 0.25 || share > 0.42 {
				t.Errorf("view %d: %.2f of what is drawn has the color of class %d", view, share, class)
			}
		}
	}

	// The pointer: what is under it is named, and ringed in both views.
	at := place(p, "0", "250")
	p.Pointer("mouseMoved", at[0], at[1], false, 0)
	p.Await("document.getElementById('tip').style.display === 'block'")
	var tip string
	p.Eval("document.getElementById('tip').textContent", &tip)
	var ringed [2]string
	p.Eval("map.data.views.map(v => v.ring.style.display)", &ringed)
	if !strings.HasPrefix(tip, "cell</script>-") || !strings.Contains(tip, names[1]) || ringed != [2]string{"block", "block"} {
		t.Errorf("the tip says %q; rings: %v", tip, ringed)
	}

	// A lasso around a triangle of the first view: the rows that lie in it, by another way of counting.
	middle := place(p, "0", "0")
	var corners [3][2]float64
	for k, by := range [][2]float64{{-90, 90}, {90, 60}, {10, -90}} {
		corners[k] = [2]float64{middle[0] + by[0], middle[1] + by[1]}
	}
	p.Drag(chromium.Shift, append(corners[:], corners[0])...)
	p.Await("map.data.marked > 0")
	var got []int
	p.Eval("selectedRows(map.data)", &got)
	var want []int
	for i := range 600 {
		q, sides := place(p, "0", strconv.Itoa(i)), 0
		for k, from := range corners {
			to := corners[(k+1)%3]
			if (to[0]-from[0])*(q[1]-from[1])-(to[1]-from[1])*(q[0]-from[0]) < 0 {
				sides++
			}
		}
		if sides == 3 {
			want = append(want, i)
		}
	}
	if !slices.Equal(got, want) || len(got) < 20 {
		t.Errorf("the lasso has %d rows, want %d", len(got), len(want))
	}
	var listed, tsv string
	p.Eval("document.getElementById('selected').textContent", &listed)
	p.Eval("table(map.data)", &tsv)
	if listed != strconv.Itoa(len(want))+" rows" || strings.Count(tsv, "\n") != len(want)+1 || !strings.HasPrefix(tsv, "row\tname\tclass\n0\tcell") {
		t.Errorf("listed: %s; the table begins %.60q", listed, tsv)
	}
	keep(t, p, "lasso")

	// Finding, by a part of a name; colors by a column; classes off.
	p.Eval(`(() => { const f = document.getElementById('find'); f.value = '>-59'; f.oninput() })()`, nil)
	if p.Eval("selectedRows(map.data)", &got); !slices.Equal(got, []int{59, 590, 591, 592, 593, 594, 595, 596, 597, 598, 599}) {
		t.Errorf("found %v", got)
	}
	p.Eval(`(() => { document.getElementById('clear').click(); const b = document.getElementById('by'); b.value = 'trust'; b.onchange() })()`, nil)
	var value float64
	p.Eval("valueOf(map.data.columns[1], 598)", &value)
	var unknown bool
	p.Eval("valueOf(map.data.columns[1], 599) === undefined", &unknown)
	if math.Abs(value-598) > 0.01 || !unknown {
		t.Errorf("a value of %v, want 598; an unknown one is unknown: %v", value, unknown)
	}
	keep(t, p, "by-score")
	p.Eval(`document.querySelectorAll('#classes input')[1].click()`, nil)
	p.Pointer("mouseMoved", at[0]+1, at[1], false, 0)
	if p.Eval("document.getElementById('tip').checkVisibility() ? document.getElementById('tip').textContent : ''", &tip); strings.Contains(tip, names[1]) {
		t.Errorf("a class that is off is named: %q", tip)
	}
	p.Drag(0, [2]float64{600, 300}, [2]float64{640, 340}) // turns the second view
	var turnedBy float64
	if p.Eval("map.data.views[1].camera.turn[2]", &turnedBy); turnedBy == 0 {
		t.Error("the view of three coordinates did not turn")
	}
	keep(t, p, "turned")
	if e := p.Errors(); len(e) > 0 {
		t.Errorf("the page's errors: %q", e)
	}
}

// BenchmarkMap says how large files are, how long the first frame takes, and what a frame costs.
func BenchmarkMap(b *testing.B) {
	for _, n := range []int{10_000, 100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			z, labels := islands(n, 2, 12)
			for b.Loop() {
				p, size := open(b, Map{Title: "islands", Labels: labels, Views: []View{{Points: z}}})
				keep(b, p, "islands-"+strconv.Itoa(n))
				var frame, script float64
				var times struct{ Began, Unpacked, Asked, Ready float64 } // of the page, in milliseconds
				p.Eval("map.times", &times)
				p.Eval(`(async () => {
					const began = performance.now(), script = map.frames.script, count = map.frames.count, pixel = new Uint8Array(4);
					for (let k = 0; k < 20; k++) {
						map.data.views[0].camera.x = .5 + .01 * Math.sin(k);
						map.redraw();
						await new Promise(requestAnimationFrame);
						await new Promise(requestAnimationFrame);
						map.drawing.gl.readPixels(0, 0, 1, 1, map.drawing.gl.RGBA, map.drawing.gl.UNSIGNED_BYTE, pixel);
					}
					window.cost = [(performance.now() - began) / 20, (map.frames.script - script) / (map.frames.count - count)];
				})()`, nil)
				p.Eval("cost[0]", &frame)
				p.Eval("cost[1]", &script)
				b.ReportMetric(float64(size)/1e6, "MB")
				b.ReportMetric(times.Unpacked-times.Began, "ms-unpacking")
				b.ReportMetric(times.Asked-times.Unpacked, "ms-asking")
				b.ReportMetric(times.Ready-times.Asked, "ms-first-frame")
				b.ReportMetric(times.Began, "ms-before")
				b.ReportMetric(frame, "ms/frame")
				b.ReportMetric(script, "ms-script/frame")
			}
		})
	}
}
