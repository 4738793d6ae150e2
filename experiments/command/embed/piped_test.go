package embed

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/experiments/datasets"

	"gonum.org/v1/gonum/mat"
)

// pipeIn makes bytes the standard input of this process.
func pipeIn(t *testing.T, b []byte) {
	t.Helper()
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	was := os.Stdin
	os.Stdin = r
	t.Cleanup(func() {
		os.Stdin = was
		r.Close()
	})
	go func() {
		w.Write(b) //nolint:errcheck // a command that fails does not read to the end
		w.Close()
	}()
}

// TestDataGoThroughPipes: any format in, packed or not, and on standard output the embedding that a folder would have, alone.
func TestDataGoThroughPipes(t *testing.T) {
	in, out := small(t)
	run := []string{"-neighbors", "10", "-steps", "5", "-label-column", "label"}
	if code, _, stderr := embed(t.Context(), append(run, "-in", in, "-figures", "none", "-out", out)...); code != 0 {
		t.Fatal(stderr)
	}
	want, err := datasets.Read(filepath.Join(out, "embedding.npy"))
	if err != nil {
		t.Fatal(err)
	}
	text := read(t, in)
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	z.Write(text)
	z.Close()
	for _, format := range []string{"csv", "tsv", "npy"} {
		content := text
		if format == "npy" {
			content = packed.Bytes()
		}
		pipeIn(t, content)
		code, stdout, stderr := embed(t.Context(), append(run, "-in", "-", "-out", "-", "-format", format)...)
		if code != 0 || !strings.Contains(stderr, "5 steps in") {
			t.Fatalf("%s: code %d, %s", format, code, stderr)
		}
		got, err := datasets.File{Path: "standard output", Input: strings.NewReader(stdout)}.Read()
		if err != nil || !mat.Equal(got.X, want.X) {
			t.Errorf("%s: %v, %.200q", format, err, stdout)
		}
		if format == "csv" && !strings.HasPrefix(stdout, "z1,z2\n") {
			t.Errorf("%s: %.200q", format, stdout)
		}
	}
	pipeIn(t, []byte("1,2\n3,oops\n"))
	code, stdout, stderr := embed(t.Context(), "-in", "-", "-out", "-", "-label-column", "none")
	if code != 1 || stdout != "" || !strings.Contains(stderr, "standard input: line 2, column 2") {
		t.Errorf("code %d, %q, %s", code, stdout, stderr)
	}
}

// TestWhatWasPipedInIsKnownByItsSum: the config of the run asks for the same again.
func TestWhatWasPipedInIsKnownByItsSum(t *testing.T) {
	in, out := small(t)
	text := read(t, in)
	pipeIn(t, text)
	if code, _, stderr := embed(t.Context(), "-in", "-", "-steps", "5", "-figures", "none", "-out", out); code != 0 {
		t.Fatal(stderr)
	}
	sum := fmt.Sprintf("%x", sha256.Sum256(text))
	config := read(t, out, "config.json")
	if !bytes.Contains(config, []byte(`"in": "stdin:`+sum+`"`)) {
		t.Errorf("the config does not name %s: %s", sum, config)
	}
	again := filepath.Join(t.TempDir(), "again")
	pipeIn(t, text)
	if code, _, stderr := embed(t.Context(), "-config", filepath.Join(out, "config.json"), "-figures", "none", "-out", again); code != 0 {
		t.Fatal(stderr)
	}
	if !bytes.Equal(read(t, out, "embedding.npy"), read(t, again, "embedding.npy")) || !bytes.Equal(config, read(t, again, "config.json")) {
		t.Error("another run of the same config")
	}
	pipeIn(t, append(text, text[len(text)-20:]...))
	code, _, stderr := embed(t.Context(), "-config", filepath.Join(out, "config.json"), "-out", filepath.Join(t.TempDir(), "other"))
	if code != 1 || !strings.Contains(stderr, "want SHA-256 "+sum) && !strings.Contains(stderr, "line") {
		t.Errorf("other data: code %d, %s", code, stderr)
	}
	pipeIn(t, text[:bytes.LastIndexByte(text[:len(text)-1], '\n')+1])
	code, stdout, stderr := embed(t.Context(), "-in", "-", "-model", out, "-out", "-")
	if lines := strings.Count(stdout, "\n"); code != 0 || lines != 60 { // a header and 59 points
		t.Errorf("placed: code %d, %d lines, %s", code, lines, stderr)
	}
}

func TestPipesRefuseWhatAFolderWouldHold(t *testing.T) {
	in, _ := small(t)
	for flags, want := range map[string]string{
		"-out - -figures map":    "-out - and -figures",
		"-out - -snapshots 3":    "-out - and -snapshots",
		"-out - -overwrite":      "-out - and -overwrite",
		"-format npy":            "-format is of -out - alone",
		"-out - -format parquet": "want csv, tsv or npy",
	} {
		code, stdout, stderr := embed(t.Context(), append([]string{"-in", in}, strings.Fields(flags)...)...)
		if code != 2 || stdout != "" || !strings.Contains(stderr, want) {
			t.Errorf("%s: code %d, %s%s", flags, code, stdout, stderr)
		}
	}
}
