// Package notebooks holds the notebooks of affmatch; see README.md. Its tests run them all.
package notebooks

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"flag"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "keep the outputs of the run in the notebooks")

// TestNotebooks runs every notebook from its first cell to its last.
func TestNotebooks(t *testing.T) {
	need(t, "jupyter", "apt-get install -y --no-install-recommends jupyter-nbconvert python3-ipykernel")
	need(t, "gonb", "go install tool && gonb --install --force_deps, with $(go env GOPATH)/bin in PATH")
	need(t, "goimports", "go install tool, with $(go env GOPATH)/bin in PATH")
	files, err := filepath.Glob("*.ipynb")
	if err != nil || len(files) == 0 {
		t.Fatalf("notebooks: found %d, error %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(file, ".ipynb"), func(t *testing.T) {
			if !*update { // times are in some outputs
				t.Parallel()
			}
			dir := t.TempDir()
			cmd := exec.CommandContext(t.Context(), "jupyter", "nbconvert", "--execute", "--allow-errors", "--to", "notebook",
				"--ExecutePreprocessor.timeout=600", "--ExecutePreprocessor.record_timing=False", "--output-dir", dir, file)
			if log, err := cmd.CombinedOutput(); err != nil {
				t.Fatalf("nbconvert: %v\n%s", err, log)
			}
			ran, err := os.ReadFile(filepath.Join(dir, file))
			if err != nil {
				t.Fatal(err)
			}
			if err := faults(ran); err != nil {
				t.Fatal(err)
			}
			if *update {
				keep(t, ran, file)
			}
		})
	}
}

// need skips the test where a program is not installed; under REQUIRE_NOTEBOOKS=1 it fails.
func need(t *testing.T, program, hint string) {
	t.Helper()
	if _, err := exec.LookPath(program); err == nil {
		return
	}
	if os.Getenv("REQUIRE_NOTEBOOKS") == "1" {
		t.Fatalf("%s is not installed: %s", program, hint)
	}
	t.Skipf("%s is not installed: %s", program, hint)
}

type notebook struct {
	Cells []struct {
		Type    string `json:"cell_type"`
		Source  text   `json:"source"`
		Outputs []struct {
			Type  string          `json:"output_type"`
			Name  string          `json:"name"` // of a stream
			Text  text            `json:"text"` // of a stream
			Error string          `json:"evalue"`
			Data  map[string]text `json:"data"`
			Sizes struct {
				PNG struct{ Width, Height int } `json:"image/png"`
			} `json:"metadata"`
		} `json:"outputs"`
	} `json:"cells"`
}

// text is a string or a list of lines, as notebooks have both.
type text string

func (t *text) UnmarshalJSON(b []byte) error {
	var lines []string
	if err := json.Unmarshal(b, &lines); err == nil {
		*t = text(strings.Join(lines, ""))
		return nil
	}
	return json.Unmarshal(b, (*string)(t))
}

// faults gives the first error in a notebook that was run. A panic leaves nbconvert content: it is found in the output.
func faults(ipynb []byte) error {
	var n notebook
	if err := json.Unmarshal(ipynb, &n); err != nil {
		return fmt.Errorf("the executed notebook: %w", err)
	}
	code := 0
	for i, c := range n.Cells {
		if c.Type == "code" {
			code++
		}
		for _, o := range c.Outputs {
			bad := o.Name == "stderr" && (strings.Contains(string(o.Text), "panic:") || strings.Contains(string(o.Text), "exit status"))
			if bad || o.Type == "error" {
				page := tags.ReplaceAllString(string(o.Data["text/html"]), "")
				return fmt.Errorf("cell %d failed: %s%s%s\nits source:\n%s", i, o.Error, o.Text, page, c.Source)
			}
		}
	}
	if code == 0 {
		return fmt.Errorf("the executed notebook: %d cells, none of them code", len(n.Cells))
	}
	return nil
}

var tags = regexp.MustCompile(`(?s)<style>.*?</style>|<[^>]*>`)

// keep puts the executed notebook in the place of the one in the folder, unless it names a folder of this machine.
func keep(t *testing.T, ran []byte, file string) {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{here, filepath.Dir(here), os.TempDir() + "/gonb"} {
		if bytes.Contains(ran, []byte(path)) {
			t.Fatalf("not kept: the outputs hold the path %s", path)
		}
	}
	if err := os.WriteFile(file, ran, 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestPicturesAreSharp: there are as many as nb.Show has drawn, and each has at least two pixels for one of the page's, as screens of twice
// the usual density have.
func TestPicturesAreSharp(t *testing.T) {
	files, err := filepath.Glob("*.ipynb")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var n notebook
		if err := json.Unmarshal(b, &n); err != nil {
			t.Fatal(err)
		}
		shows, pictures := 0, 0
		for i, c := range n.Cells {
			shows += strings.Count(string(c.Source), "nb.Show(")
			for _, o := range c.Outputs {
				packed := string(o.Data["image/png"])
				if packed == "" {
					continue
				}
				pictures++
				is, err := png.DecodeConfig(base64.NewDecoder(base64.StdEncoding, strings.NewReader(packed)))
				if shown := o.Sizes.PNG; err != nil || shown.Width < 1 || is.Width < 2*shown.Width || is.Height < 2*shown.Height {
					t.Errorf("%s: cell %d: %d x %d pixels shown as %d x %d: %v", file, i, is.Width, is.Height, shown.Width, shown.Height, err)
				}
			}
		}
		if shows == 0 || pictures < shows {
			t.Errorf("%s: %d pictures for %d times nb.Show", file, pictures, shows)
		}
	}
}

// TestFaults holds faults to outputs as gonb makes them.
func TestFaults(t *testing.T) {
	const form = `{"cells": [{"cell_type": "code", "source": ["a()\n", "b()"], "outputs": [%s]}]}`
	for name, c := range map[string]struct {
		output string
		bad    bool
	}{
		"nothing":       {``, false},
		"text":          {`{"output_type": "stream", "name": "stdout", "text": ["panic: not here\n"]}`, false},
		"warning":       {`{"output_type": "stream", "name": "stderr", "text": "slow"}`, false},
		"picture":       {`{"output_type": "display_data", "data": {"image/png": "aGVsbG8="}}`, false},
		"does not run":  {`{"output_type": "error", "ename": "ERROR", "evalue": "go build: no", "traceback": []}`, true},
		"panic":         {`{"output_type": "stream", "name": "stderr", "text": ["panic: oh\n", "goroutine 1\n"]}`, true},
		"exit status 2": {`{"output_type": "stream", "name": "stderr", "text": "exit status 2\n"}`, true},
	} {
		if err := faults(fmt.Appendf(nil, form, c.output)); (err != nil) != c.bad {
			t.Errorf("%s: error %v, want one: %v", name, err, c.bad)
		}
	}
	if faults([]byte(`{"cells": []}`)) == nil {
		t.Error("an empty notebook passes")
	}
	if faults([]byte(`{"cells": [`)) == nil {
		t.Error("a truncated notebook passes")
	}
}
