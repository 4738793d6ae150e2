package models

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"

	"gonum.org/v1/gonum/mat"
)

// savedMethod is the method of testdata/model.npz, as its file names it.
func savedMethod(saved json.RawMessage) (Fitter, error) {
	if string(saved) != `"small umap"` {
		return nil, fmt.Errorf("method %s", saved)
	}
	return umap(Descent{Steps: 12}), nil
}

// written is a model's file.
func written(t testing.TB, m *Model, s Saving) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := m.Write(&b, s); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readBack(b []byte, with Reading) (*Model, error) {
	return ReadModel(bytes.NewReader(b), int64(len(b)), with)
}

// TestAModelReadBackPlacesTheSame, to the last bit, whatever the method and the form of X.
func TestAModelReadBackPlacesTheSame(t *testing.T) {
	x, y := blobs(40), blobs(46).Slice(40, 46, 0, 4)
	whole := mat.DenseCopyOf(x)
	whole.Apply(func(_, _ int, v float64) float64 { return float64(int(10*v) & 0xff) }, whole)
	single := affinity.Float32{Rows: 40, Columns: 4}
	for _, v := range x.RawMatrix().Data {
		single.Data = append(single.Data, float32(v))
	}
	sparse := affinity.CSR{Rows: 40, Columns: 4, Start: []int{0}}
	for i := range 40 {
		for c := range 4 {
			if v := whole.At(i, c); v > 20 {
				sparse.Index, sparse.Values = append(sparse.Index, int32(c)), append(sparse.Values, v)
			}
		}
		sparse.Start = append(sparse.Start, len(sparse.Index))
	}
	data := affinity.Data{Matrix: x, Labels: make([]int, 40), Weights: slices.Repeat([]float64{0.1}, 40)}
	data.Labels[7] = -1
	forms := map[string]mat.Matrix{"dense": x, "whole numbers": whole, "float32": single, "sparse": sparse, "with labels": data}
	learns := NCVis()
	learns.In = affinity.UniformAffinity{Neighbors: 5, Ones: true}
	methods := map[string]Fitter{
		"umap": umap(Descent{Steps: 12}), "learned": with(learns, func(d *Descent) { d.Steps = 12 }),
		"pca": ClosedForm{Map: PCA{}}, "carried": small()["tsne"](Descent{Steps: 12}),
	}
	for name, f := range methods {
		for form, x := range forms {
			r, err := f.Fit(background, x)
			if err != nil {
				t.Fatalf("%s, %s: %v", name, form, err)
			}
			with := Reading{Method: func(json.RawMessage) (Fitter, error) { return f, nil }}
			for _, without := range []bool{false, true} {
				if without {
					with.X = x
				}
				got, err := readBack(written(t, r.Model, Saving{WithoutX: without}), with)
				if err != nil {
					t.Fatalf("%s, %s, without X %v: %v", name, form, without, err)
				}
				sameBits(t, "embedding", got.Embedding.RawMatrix().Data, r.Embedding.RawMatrix().Data)
				want, err := r.Model.Transform(background, y)
				if err != nil {
					t.Fatal(err)
				}
				z, err := got.Transform(background, y)
				if err != nil {
					t.Fatal(err)
				}
				sameBits(t, name+", "+form, z.RawMatrix().Data, want.RawMatrix().Data)
				if fmt.Sprintf("%T", got.X) != fmt.Sprintf("%T", x) || len(got.Values) != len(r.Model.Values) {
					t.Errorf("%s, %s: X is a %T with %d values, want %T with %d", name, form, got.X, len(got.Values), x, len(r.Model.Values))
				}
				if len(got.History) != len(r.History) || len(r.History) > 0 && fmt.Sprint(got.History) != fmt.Sprint(r.History) {
					t.Errorf("%s, %s: another history", name, form)
				}
			}
		}
	}
}

// TestWhatIsNoModelIsRefused, by name, with no panic.
func TestWhatIsNoModelIsRefused(t *testing.T) {
	x := blobs(40)
	r, err := umap(Descent{Steps: 12}).Fit(background, x)
	if err != nil {
		t.Fatal(err)
	}
	method := json.RawMessage(`"small umap"`)
	good := written(t, r.Model, Saving{Method: method})
	with := Reading{Method: savedMethod}
	other := blobs(40)
	other.Set(3, 3, 0)
	changed := func(from, to string) []byte { // of the head, its checksum made anew
		t.Helper()
		return rezipped(t, good, "model.json", func(b []byte) []byte {
			if !bytes.Contains(b, []byte(from)) {
				t.Fatalf("the head has no %q", from)
			}
			return bytes.Replace(b, []byte(from), []byte(to), 1)
		})
	}
	flipped := bytes.Clone(good)
	flipped[len(good)/2] ^= 1
	for name, c := range map[string]struct {
		b    []byte
		with Reading
		want string
	}{
		"empty":          {nil, with, "truncated, or no such file"},
		"text":           {[]byte("not a model at all"), with, "truncated, or no such file"},
		"truncated":      {good[:len(good)-30], with, "truncated, or no such file"},
		"a bit":          {flipped, with, "checksum error"},
		"no head":        {rezipped(t, good, "model.json", nil), with, "model.json = missing"},
		"format":         {changed("affmatch model", "another thing"), with, `format = "another thing", want "affmatch model"`},
		"version":        {changed(`"version": 1`, `"version": 2`), with, "version = 2, want 1"},
		"rows":           {changed(`"rows": 40`, `"rows": 41`), with, "embedding = shape [40 2], want 41 x 2"},
		"huge":           {changed(`"rows": 40`, `"rows": 4000000000000000000`), with, "embedding = shape [40 2]"},
		"form":           {changed(`"x": "dense"`, `"x": "thick"`), with, `x = "thick", want dense`},
		"array":          {rezipped(t, good, "X.npy", func(b []byte) []byte { b[200] ^= 4; return b }), with, "damaged, or of another file"},
		"method":         {changed(`"small umap"`, `"large umap"`), with, `method "large umap"`},
		"no method":      {good, Reading{}, "Reading: Method = nil"},
		"other data":     {good, Reading{Method: savedMethod, X: other}, "those of the fit"},
		"data elsewhere": {written(t, r.Model, Saving{Method: method, WithoutX: true}), with, "Reading.X"},
	} {
		m, err := readBack(c.b, c.with)
		if err == nil || m != nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: error %v, want %q", name, err, c.want)
		}
	}
}

// rezipped is a file with one member changed, or left out.
func rezipped(t *testing.T, b []byte, name string, change func([]byte) []byte) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, f := range in.File {
		if f.Name == name && change == nil {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == name {
			content = change(content)
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: f.Name, Method: zip.Store})
		if err == nil {
			_, err = w.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

var renew = flag.Bool("renew-model", false, "write testdata/model.npz anew: of a new version of the format, beside the old one")

// TestTheModelOnRecord is read by the loader, and places what it placed when it was saved.
func TestTheModelOnRecord(t *testing.T) {
	path := filepath.Join("testdata", "model.npz")
	if *renew {
		r, err := umap(Descent{Steps: 12}).Fit(background, affinity.Data{Matrix: blobs(30), Labels: make([]int, 30)})
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, written(t, r.Model, Saving{Method: json.RawMessage(`"small umap"`)}), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readBack(b, Reading{Method: savedMethod})
	if err != nil {
		t.Fatal(err)
	}
	r, err := umap(Descent{Steps: 12}).Fit(background, m.X)
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "embedding", m.Embedding.RawMatrix().Data, r.Embedding.RawMatrix().Data)
	z, err := m.Transform(background, blobs(33).Slice(30, 33, 0, 4))
	if err != nil {
		t.Fatal(err)
	}
	want, err := r.Model.Transform(background, blobs(33).Slice(30, 33, 0, 4))
	if err != nil {
		t.Fatal(err)
	}
	sameBits(t, "new rows", z.RawMatrix().Data, want.RawMatrix().Data)
	if v, ok := m.History[11].Term("repulsion"); len(m.History) != 12 || !ok || v != r.History[11].Terms[1].Value {
		t.Errorf("%d records, the last %+v", len(m.History), m.History[11])
	}
}

// withNumpy reads testdata/model.npz with numpy alone.
const withNumpy = `
import json, sys, numpy as np
f = np.load(sys.argv[1])
head = json.loads(f["model.json"])
assert head["format"] == "affmatch model" and head["version"] == 1 and head["method"] == "small umap", head
assert f["embedding"].shape == (head["rows"], head["dim"]) == (30, 2) and f["embedding"].dtype == np.float64
assert f["X"].shape == (30, head["columns"]) and f["labels"].shape == (30,)
loss = f["history"][:, head["history"].index("loss")]
attraction, repulsion = (f["history"][:, head["history"].index(k)] for k in ("attraction", "repulsion"))
assert len(loss) == 12 and np.allclose(loss, attraction + repulsion), loss
print(repr(float(f["embedding"][4, 1])), repr(float(f["X"][4, 1])))
`

// TestNumpyReadsTheModelOnRecord, where there is one.
func TestNumpyReadsTheModelOnRecord(t *testing.T) {
	const python = "/usr/bin/python3"
	if err := exec.Command(python, "-c", "import numpy").Run(); err != nil {
		t.Skipf("needs %s with numpy: %v", python, err)
	}
	path := filepath.Join("testdata", "model.npz")
	out, err := exec.Command(python, "-c", withNumpy, path).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	m, err := readBack(b, Reading{Method: savedMethod})
	if err != nil {
		t.Fatal(err)
	}
	var z, x float64
	if _, err := fmt.Sscan(string(out), &z, &x); err != nil || z != m.Embedding.At(4, 1) || x != m.X.At(4, 1) {
		t.Errorf("numpy reads %v and %v (error %v), want %v and %v", z, x, err, m.Embedding.At(4, 1), m.X.At(4, 1))
	}
}

// FuzzReadModel: any file is a model or an error.
func FuzzReadModel(f *testing.F) {
	b, err := os.ReadFile(filepath.Join("testdata", "model.npz"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Add(b[:len(b)-9])
	f.Add([]byte("PK\x05\x06"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := readBack(b, Reading{Method: func(json.RawMessage) (Fitter, error) { return umap(Descent{}), nil }})
		if (m == nil) == (err == nil) {
			t.Fatalf("model %v, error %v", m, err)
		}
	})
}
