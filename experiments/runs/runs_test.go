package runs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"affmatch/experiments/prepare"
	"affmatch/experiments/spec"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// fit is a fit of a few steps on 1000 blobs, in a folder of its own.
func fit(t *testing.T, steps int) Fit {
	t.Helper()
	r := prepare.Recipe{In: "blobs", Subsample: 50}
	data, err := r.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	method, err := spec.Lookup("umap")
	if err != nil {
		t.Fatal(err)
	}
	m, err := spec.Apply(method.Model(), []spec.Setting{{Name: "neighbors", Text: "8"}})
	if err != nil {
		t.Fatal(err)
	}
	m = spec.Edit(m, func(d *models.Descent) { d.Steps = steps })
	return Fit{Config: Config{Program: "test", Method: "umap", Data: r}, Title: "UMAP", Model: m, Data: data, Folder: Folder(t.TempDir())}
}

func records(t *testing.T, f Folder) int {
	t.Helper()
	b, err := os.ReadFile(f.Path("history.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Count(b, []byte("\n"))
}

func TestTheHistoryIsInTheFileAsSoonAsItHappens(t *testing.T) {
	f := fit(t, 10)
	f.Model = spec.Edit(f.Model, func(d *models.Descent) {
		d.OnStep = func(r models.Record, _ *mat.Dense) error {
			if got := records(t, f.Folder); got != r.Step+1 {
				t.Errorf("after step %d the file has %d records", r.Step, got)
			}
			return nil
		}
	})
	if _, err := f.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTheLastRecordOfAConvergedFitIsThereToo(t *testing.T) {
	f := fit(t, 10)
	f.Model = spec.Edit(f.Model, func(d *models.Descent) { d.Stop = models.GradNorm{Below: 1e9} })
	out, err := f.Run(t.Context())
	if err != nil || out.Result.Status != models.Converged || records(t, f.Folder) != len(out.Result.History) {
		t.Errorf("%v, %v, %d records of %d", err, out.Result.Status, records(t, f.Folder), len(out.Result.History))
	}
}

func TestAFailureOfAStepIsInTheStatus(t *testing.T) {
	f := fit(t, 10)
	wrong := errors.New("a callback's\nown error")
	f.Model = spec.Edit(f.Model, func(d *models.Descent) {
		d.OnStep = func(r models.Record, _ *mat.Dense) error {
			if r.Step == 3 {
				return wrong
			}
			return nil
		}
	})
	_, err := f.Run(t.Context())
	if !errors.Is(err, wrong) {
		t.Fatal(err)
	}
	var s Status
	b, err := os.ReadFile(f.Folder.Path("status.json"))
	if err == nil {
		err = json.Unmarshal(b, &s)
	}
	if err != nil || s.State != Failed || s.Steps != 4 || s.Of != 10 || s.Loss == nil || !strings.Contains(s.Detail, "own error") || strings.Contains(s.Detail, "\n") {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestAFitThatCannotStartLeavesItsConfigAndStatus(t *testing.T) {
	f := fit(t, 10)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := f.Run(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	for _, file := range []string{"config.json", "status.json"} {
		if _, err := os.Stat(f.Folder.Path(file)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(f.Folder.Path("embedding.npy")); err == nil {
		t.Error("an embedding out of nothing")
	}
}

func TestPicturesAreOfOneToThreeDimensions(t *testing.T) {
	d, err := prepare.Recipe{In: "blobs"}.Load(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	n, _ := d.Dims()
	for dim := 1; dim <= 4; dim++ {
		_, err := Picture("", d.Data, mat.NewDense(n, dim, nil))
		if ok := dim < 4; ok != (err == nil) {
			t.Errorf("%d dimensions: %v", dim, err)
		}
	}
}

func TestCurvesOfSeveralSeedsAreCutToTheShortest(t *testing.T) {
	h := func(losses ...float64) (all []models.Record) {
		for i, l := range losses {
			all = append(all, models.Record{Step: i, Loss: l, Terms: []models.TermValue{{Name: "a", Value: 1}, {Name: "b", Value: l - 1}}})
		}
		return all
	}
	if r := Curve("x", h(3, 2, 1), h(5, 4)); len(r.Loss) != 2 || len(r.Loss[0]) != 2 || len(r.Loss[1]) != 2 || r.Terms != nil {
		t.Errorf("%+v", r)
	}
	if r := Curve("x", h(3, 2, 1)); len(r.Terms) != 2 || r.Terms[1].Values[0][2] != 0 {
		t.Errorf("%+v", r)
	}
}
