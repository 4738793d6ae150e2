package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Kept is a run as its folder holds it.
type Kept struct {
	Config    Config
	Status    Status
	Scores    metrics.Report // of a finished run
	History   []models.Record
	Embedding *mat.Dense // nil where the fit had not started
}

// Read reads a run's folder. Of a run that failed or was cut short it reads what is there; one without a status has not
// ended: os.ErrNotExist.
func (f Folder) Read() (k Kept, err error) {
	if err := errors.Join(f.read("config.json", &k.Config), f.read("status.json", &k.Status)); err != nil {
		return k, err
	}
	if k.Status.State == Finished {
		if err := f.read("metrics.json", &k.Scores); err != nil {
			return k, err
		}
	}
	if k.History, err = f.history(); err != nil {
		return k, err
	}
	d, err := datasets.Read(f.Path("embedding.npy"))
	switch {
	case err == nil:
		k.Embedding = mat.DenseCopyOf(d.X)
		n, _ := d.X.Dims()
		if k.Scores.Each, err = f.points(n); err != nil {
			return k, err
		}
	case k.Status.State == Finished || !errors.Is(err, os.ErrNotExist):
		return k, err
	}
	return k, nil
}

func (f Folder) read(name string, v any) error {
	b, err := os.ReadFile(f.Path(name))
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("runs: %s: %w", f.Path(name), err)
	}
	return nil
}
