package maps

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"io"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func written(t *testing.T, m Map) string {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// unpacked is what a page has under an id, as its script reads it.
func unpacked(t *testing.T, page, id string) []byte {
	t.Helper()
	_, rest, found := strings.Cut(page, `id="`+id+`">`)
	if !found {
		t.Fatalf("no part %s", id)
	}
	text, _, _ := strings.Cut(rest, "<")
	z, err := gzip.NewReader(base64.NewDecoder(base64.StdEncoding, strings.NewReader(text)))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestAPageHoldsItsPoints: places to a part in 65,535 of the extent, classes, values and names.
func TestAPageHoldsItsPoints(t *testing.T) {
	z := mat.NewDense(4, 2, []float64{-3, 1, 7, 1.5, 2, 1, 0, 3})
	m := Map{
		Title: "four", Views: []View{{Points: z, Columns: []Column{{"score", []float64{0.5, math.NaN(), -1e308, 1e308}}}}},
		Labels: []int{1, 0, -1, 1}, Names: []string{"a", "b"}, RowNames: []string{"p", "q\n", "\xff", "漢"}, Columns: []Column{{"same", []float64{2, 2, 2, 2}}},
	}
	page := written(t, m)
	b := unpacked(t, page, "points")
	size := binary.LittleEndian.Uint32(b)
	var h head
	if err := json.Unmarshal(b[4:4+size], &h); err != nil {
		t.Fatal(err)
	}
	if h.N != 4 || len(h.Views) != 1 || h.Views[0].Dim != 2 || len(h.Classes) != 3 || h.Classes[1].Name != "b" || !h.Named {
		t.Errorf("head: %+v", h)
	}
	planes := b[4+size:]
	value := func(plane, i int) float64 { return float64(planes[4*plane+i]) + 256*float64(planes[4*(plane+1)+i]) }
	for i := range 4 {
		for c := range 2 {
			middle := []float64{2, 2}[c]
			if got := 5 * (value(2*c, i)/65535*2 - 1); math.Abs(got+middle-z.At(i, c)) > 10.0/65535 { // 10: the extent
				t.Errorf("point %d, %d: %v, want %v", i, c, got+middle, z.At(i, c))
			}
		}
	}
	if got := planes[16:20]; !bytes.Equal(got, []byte{1, 0, 2, 1}) {
		t.Errorf("classes %v", got)
	}
	if h.Columns[0] != (columnHead{"same", -1, 2, 2, 16}) || value(5, 3) != 0 {
		t.Errorf("a column of one value: %+v, level %v", h.Columns[0], value(5, 3))
	}
	if h.Columns[1] != (columnHead{"score", 0, -1e308, 1e308, 16}) || value(7, 0) != 32767 || value(7, 1) != 65535 || value(7, 2) != 0 || value(7, 3) != 65534 {
		t.Errorf("a column of a view: %+v, levels %v %v %v %v", h.Columns[1], value(7, 0), value(7, 1), value(7, 2), value(7, 3))
	}
	if got := string(unpacked(t, page, "names")); got != `["p","q\n","\ufffd","漢"]` {
		t.Errorf("names %s", got)
	}
	if again := written(t, m); again != page {
		t.Error("the same map is another page")
	}
}

// TestNamesAreNoMarkup: whatever the names and titles are, a page has the tags of its own alone, and it asks for nothing.
func TestNamesAreNoMarkup(t *testing.T) {
	z := mat.NewDense(2, 2, []float64{0, 0, 1, 1})
	const evil = `</script><script src="http://x">{{points}}{{script}}<!-- "' & </title>`
	plain := written(t, Map{Title: "t", Views: []View{{Title: "v", Points: z}}, Labels: []int{0, 0}, Names: []string{"n"}, RowNames: []string{"a", "b"}})
	marked := written(t, Map{
		Title: evil, Views: []View{{Title: evil, Points: z, Columns: []Column{{evil, []float64{1, 2}}}}},
		Labels: []int{0, 0}, Names: []string{evil}, RowNames: []string{evil, "b"},
	})
	for _, tag := range []string{"<script", "</script", "<title", "</title", "<!"} {
		if got, want := strings.Count(marked, tag), strings.Count(plain, tag); got != want {
			t.Errorf("%q stands %d times, want %d", tag, got, want)
		}
	}
	if got := strings.Count(marked, "{{points}}{{script}}"); got != 1 { // in the title, where it is as it was given
		t.Errorf("the title's braces stand %d times, want 1", got)
	}
	for _, address := range []string{"http://", "https://", "url(", "import("} {
		if strings.Contains(plain, address) {
			t.Errorf("the page has %q", address)
		}
	}
}

// TestAMillionPointsAreSmall: below 8 MB, with classes and a score of each.
func TestAMillionPointsAreSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("a million points")
	}
	const n = 1_000_000
	z, labels := islands(n, 2, 12)
	score := make([]float64, n)
	for i := range score {
		score[i] = math.Hypot(z.At(i, 0), z.At(i, 1))
	}
	size := len(written(t, Map{Views: []View{{Points: z, Columns: []Column{{"score", score}}}}, Labels: labels}))
	if size > 8e6 {
		t.Errorf("%d bytes, want at most 8 MB", size)
	}
}

func TestWhatIsNoMapIsSaid(t *testing.T) {
	z := mat.NewDense(3, 2, []float64{0, 0, 1, 1, 2, 2})
	broken := mat.NewDense(3, 2, []float64{0, 0, 1, math.NaN(), 2, 2})
	for want, m := range map[string]Map{
		"maps: Map: Views = none, want at least one":                                {},
		"Views[0]: Points = 3 x 1, want at least one row, and two or three columns": {Views: []View{{Points: mat.NewDense(3, 1, nil)}}},
		"Views[1]: Points = 2 rows, want 3, as the first view has":                  {Views: []View{{Points: z}, {Points: mat.NewDense(2, 2, nil)}}},
		"Points[1,1] = NaN, want a finite number":                                   {Views: []View{{Points: broken}}},
		"Labels[2] = 2, want 0 to 1, or -1 for none":                                {Views: []View{{Points: z}}, Labels: []int{0, 1, 2}, Names: []string{"a", "b"}},
		"RowNames = 1, want 3, one a row":                                           {Views: []View{{Points: z}}, RowNames: []string{"a"}},
		"Columns[0] (age) = 2, want 3 values, one a row":                            {Views: []View{{Points: z}}, Columns: []Column{{"age", []float64{1, 2}}}},
	} {
		if err := m.Write(io.Discard); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}
