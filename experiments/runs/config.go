package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"

	"affmatch/experiments/prepare"
	"affmatch/experiments/spec"
	"affmatch/internal/machine"
	"affmatch/internal/whole"
)

// Config is config.json: what was run, complete.
type Config struct {
	Program string         `json:"program"` // that made the run
	Method  string         `json:"method"`  // what the model is called
	Data    prepare.Recipe `json:"data"`
	SHA256  string         `json:"data_sha256"` // of the prepared data

	LabelsSHA256 string `json:"labels_sha256,omitempty"` // of the rows' classes or values; empty: none, or nobody kept it
	StartSHA256  string `json:"start_sha256,omitempty"`  // of the numbers of Start

	Start   string          `json:"start,omitempty"`    // file of the start, in the place of the model's Init
	NoModel bool            `json:"no_model,omitempty"` // no model.npz is kept
	Model   json.RawMessage `json:"model"`              // as spec.Encode writes it
	With    *Build          `json:"with,omitempty"`     // for the record: bits may depend on it
}

// Build is the program and the machine that made a run.
type Build struct {
	Go       string `json:"go"`
	Platform string `json:"platform"`
	Kernels  string `json:"kernels"`            // vector kernels: another set may differ in the last bits
	Revision string `json:"revision,omitempty"` // of the source; "+" marks changes beside it
}

// ThisBuild is the running program.
func ThisBuild() *Build {
	b := &Build{Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Kernels: machine.Vector()}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			switch {
			case s.Key == "vcs.revision":
				b.Revision = s.Value + b.Revision
			case s.Key == "vcs.modified" && s.Value == "true":
				b.Revision += "+"
			}
		}
	}
	return b
}

// ReadConfig reads a config.json and its model.
func ReadConfig(path string) (Config, spec.Model, error) {
	var c Config
	b, err := whole.ReadSettings(path)
	if err != nil {
		return c, nil, fmt.Errorf("runs: config: %w", err)
	}
	if err := spec.Strict(b, &c); err != nil {
		return c, nil, fmt.Errorf("runs: config: %s: %w", path, err)
	}
	if c.Model == nil {
		return c, nil, fmt.Errorf("runs: config: %s: %w", path, errors.New("model is missing"))
	}
	m, err := spec.Decode(c.Model)
	if err != nil {
		return c, nil, fmt.Errorf("runs: config: %s: %w", path, err)
	}
	return c, m, nil
}
