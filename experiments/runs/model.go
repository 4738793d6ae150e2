package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"affmatch/experiments/prepare"
	"affmatch/experiments/spec"
	"affmatch/models"
)

// ModelName is the file of a run's model, which places new rows: see models.Model.Write.
const ModelName = "model.npz"

// Saved is what a model's file says of the run that made it: the method of models.Saving.
type Saved struct {
	Config   Config              `json:"config"`
	Prepared prepare.Preparation `json:"prepared"` // what was done to the rows, and is to be done to new ones
}

// model writes the model of a fit.
func (f Fit) model(res *models.Result) error {
	if !f.KeepModel || res == nil || res.Model == nil {
		return nil
	}
	c, err := f.config()
	if err != nil {
		return err
	}
	method, err := json.Marshal(Saved{c, f.Data.How})
	if err != nil {
		return fmt.Errorf("runs: %s: %w", ModelName, err)
	}
	return f.Folder.Write(ModelName, func(w io.Writer) error { return res.Model.Write(w, models.Saving{Method: method}) })
}

// ReadModel reads the model of a run from its folder, or from the file itself.
func ReadModel(path string) (m *models.Model, s Saved, err error) {
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		path = Folder(path).Path(ModelName)
		if info, err = os.Stat(path); errors.Is(err, os.ErrNotExist) {
			return nil, s, fmt.Errorf("runs: no %s: the run is not finished, or was made with -no-model", path)
		}
	}
	if err != nil {
		return nil, s, fmt.Errorf("runs: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, s, fmt.Errorf("runs: %s is no regular file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, s, fmt.Errorf("runs: %w", err)
	}
	defer file.Close()
	m, err = models.ReadModel(file, info.Size(), models.Reading{Method: func(saved json.RawMessage) (models.Fitter, error) {
		if err := json.Unmarshal(saved, &s); err != nil {
			return nil, err
		}
		if s.Config.Model == nil {
			return nil, errors.New("no config of a run: a program of its own wrote it, and reads it")
		}
		return spec.Decode(s.Config.Model)
	}})
	if err != nil {
		return nil, s, fmt.Errorf("runs: %s: %w", path, err)
	}
	return m, s, nil
}
