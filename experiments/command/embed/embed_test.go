package embed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"affmatch/experiments/command"
	"affmatch/experiments/datasets"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/internal/typo"
)

// small is a file of 60 labeled points, and a folder for results.
func small(t *testing.T) (in, out string) {
	t.Helper()
	d, err := datasets.BlobsConfig{Points: 60, Blobs: 3, Columns: 5, Spread: 1, Seed: 1}.Data()
	if err != nil {
		t.Fatal(err)
	}
	in = filepath.Join(t.TempDir(), "points.csv")
	if err := datasets.Write(in, d); err != nil {
		t.Fatal(err)
	}
	return in, filepath.Join(t.TempDir(), "run")
}

// embed runs the command as a process would, on no terminal.
func embed(ctx context.Context, args ...string) (code int, stdout, stderr string) {
	var o, e bytes.Buffer
	code = command.End("embed", Run(ctx, args, &o, &e), &e)
	return code, o.String(), e.String()
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestASupervisedMethodReadsTheLabels: the command's own are those of the fit, and classes lie further apart with them.
func TestASupervisedMethodReadsTheLabels(t *testing.T) {
	in, out := small(t)
	silhouette := func(method string) (s float64) {
		t.Helper()
		code, stdout, stderr := embed(t.Context(), "-in", in, "-method", method, "-neighbors", "20", "-figures", "none", "-overwrite", "-out", out)
		if code != 0 {
			t.Fatalf("%s: code %d, %s%s", method, code, stdout, stderr)
		}
		var scores struct{ Silhouette float64 }
		if err := json.Unmarshal(read(t, out, "metrics.json"), &scores); err != nil {
			t.Fatal(err)
		}
		return scores.Silhouette
	}
	if without, with := silhouette("umap-learn"), silhouette("umap-supervised"); with <= without {
		t.Errorf("silhouette %g with the labels, %g without: want more", with, without)
	}
	if code, stdout, stderr := embed(t.Context(), "-model", out, "-in", in, "-out", filepath.Join(t.TempDir(), "placed")); code != 0 {
		t.Errorf("new points: code %d, %s%s", code, stdout, stderr)
	}
	code, _, stderr := embed(t.Context(), "-in", "swiss-roll", "-method", "umap-supervised", "-figures", "none", "-out", out, "-overwrite")
	if code != 1 || !strings.Contains(stderr, "labels = none") {
		t.Errorf("real numbers for classes: code %d, %s", code, stderr)
	}
}

func TestARunLeavesEverythingAndItsConfigMakesItAgain(t *testing.T) {
	for _, c := range []struct {
		method string
		flags  string
	}{
		{"umap", "-neighbors 10 -min-dist 0 -optimizer adam -lr 0.5 -schedule warmup(cosine) -standardize -pca 3 -subsample 50 -seed 7"},
		{"tsne", "-perplexity 5 -exaggeration-steps 10 -dim 3 -dtype float64"},
		{"sne-matcher", "-perplexity 5 -affinity-out normalized(student) -over over-all"},
		{"umap-learn", "-neighbors 10 -init spectral -metric manhattan"},
	} {
		t.Run(c.method, func(t *testing.T) {
			in, out := small(t)
			args := append([]string{"-in", in, "-method", c.method, "-steps", "30", "-out", out}, strings.Fields(c.flags)...)
			code, stdout, stderr := embed(t.Context(), args...)
			if code != 0 {
				t.Fatalf("code %d, %s%s", code, stdout, stderr)
			}
			for _, want := range []string{"30 steps", "trustworthiness", "k-NN accuracy", "results in " + out} {
				if !strings.Contains(stdout, want) {
					t.Errorf("no %q in\n%s", want, stdout)
				}
			}
			if strings.ContainsAny(stdout+stderr, "\r\x1b") {
				t.Errorf("control characters where there is no terminal: %q %q", stdout, stderr)
			}
			for _, base := range []string{"embedding", "loss"} {
				for _, kind := range []string{"png", "svg", "pdf"} {
					if b := read(t, out, base+"."+kind); len(b) < 500 {
						t.Errorf("%s.%s has %d bytes", base, kind, len(b))
					}
				}
			}
			if b := read(t, out, "map.html"); !bytes.Contains(b, []byte("</html>")) {
				t.Errorf("map.html has %d bytes, and no end", len(b))
			}
			if lines := bytes.Count(read(t, out, "history.jsonl"), []byte("\n")); lines != 30 {
				t.Errorf("%d records, want 30", lines)
			}
			if log := read(t, out, "run.log"); !bytes.Contains(log, []byte("msg=finished")) {
				t.Errorf("run.log: %s", log)
			}
			var scores struct{ Trustworthiness float64 }
			if err := json.Unmarshal(read(t, out, "metrics.json"), &scores); err != nil || scores.Trustworthiness < 0.5 {
				t.Errorf("metrics.json: %+v, %v", scores, err)
			}

			again := filepath.Join(t.TempDir(), "again")
			if code, _, stderr := embed(t.Context(), "-config", filepath.Join(out, "config.json"), "-out", again); code != 0 {
				t.Fatalf("again: code %d, %s", code, stderr)
			}
			for _, file := range []string{"config.json", "embedding.npy", "metrics.json", "embedding.svg"} {
				if !bytes.Equal(read(t, out, file), read(t, again, file)) {
					t.Errorf("%s differs when run from the config", file)
				}
			}
		})
	}
}

func TestFlagsOverrideTheConfig(t *testing.T) {
	in, out := small(t)
	if code, _, stderr := embed(t.Context(), "-in", in, "-neighbors", "10", "-steps", "5", "-out", out); code != 0 {
		t.Fatal(stderr)
	}
	other := filepath.Join(t.TempDir(), "other")
	if code, _, stderr := embed(t.Context(), "-config", filepath.Join(out, "config.json"), "-steps", "3", "-log1p=false", "-pca", "2", "-out", other); code != 0 {
		t.Fatal(stderr)
	}
	c, m, err := runs.ReadConfig(filepath.Join(other, "config.json"))
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%+v", m)
	if d := spec.DescentOf(m); d.Steps != 3 || c.Data.PCA != 2 || !strings.Contains(text, "Neighbors: 10") {
		t.Errorf("%+v\n%s", c.Data, text)
	}
}

func TestAStartFromAFileIsTheStart(t *testing.T) {
	in, out := small(t)
	if code, _, stderr := embed(t.Context(), "-in", in, "-neighbors", "10", "-steps", "5", "-out", out); code != 0 {
		t.Fatal(stderr)
	}
	next := filepath.Join(t.TempDir(), "next")
	start := filepath.Join(out, "embedding.npy")
	if code, _, stderr := embed(t.Context(), "-in", in, "-neighbors", "10", "-steps", "1", "-lr", "1e-300", "-init-file", start, "-out", next); code != 0 {
		t.Fatal(stderr)
	}
	if !bytes.Equal(read(t, start), read(t, next, "embedding.npy")) {
		t.Error("a step of length 0 moved the start")
	}
	again := filepath.Join(t.TempDir(), "again")
	if code, _, stderr := embed(t.Context(), "-config", filepath.Join(next, "config.json"), "-out", again); code != 0 {
		t.Fatal(stderr)
	}
	if !bytes.Equal(read(t, start), read(t, again, "embedding.npy")) {
		t.Error("the config forgot the start")
	}
}

// cancelAfter cancels when so many records are in history.jsonl.
func cancelAfter(t *testing.T, folder string, records int) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() {
		for ctx.Err() == nil {
			b, err := os.ReadFile(filepath.Join(folder, "history.jsonl"))
			if err == nil && bytes.Count(b, []byte("\n")) >= records {
				cancel()
			}
		}
	}()
	return ctx
}

func TestCtrlCLeavesWhatWasReachedAndSaysSo(t *testing.T) {
	in, out := small(t)
	code, _, stderr := embed(cancelAfter(t, out, 20), "-in", in, "-neighbors", "10", "-steps", "100000000", "-out", out)
	if code != 130 || !strings.Contains(stderr, "interrupted: after ") || !strings.Contains(stderr, "what was reached is in "+out) {
		t.Fatalf("code %d, %s", code, stderr)
	}
	var status runs.Status
	if err := json.Unmarshal(read(t, out, "status.json"), &status); err != nil {
		t.Fatal(err)
	}
	if records := bytes.Count(read(t, out, "history.jsonl"), []byte("\n")); status.State != runs.Canceled || status.Steps != records || records < 20 {
		t.Errorf("%+v, %d records", status, records)
	}
	d, err := datasets.Read(filepath.Join(out, "embedding.npy"))
	if err != nil {
		t.Fatal(err)
	}
	if n, dim := d.Dims(); n != 60 || dim != 2 {
		t.Errorf("embedding of %d x %d", n, dim)
	}
	read(t, out, "embedding.png")
	if !bytes.Contains(read(t, out, "run.log"), []byte("msg=canceled")) {
		t.Error("run.log does not say it")
	}
	if _, err := os.Stat(filepath.Join(out, "metrics.json")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("scores of an unfinished run: %v", err)
	}
}

func TestADivergedRunSaysWhereAndLeavesWhatWasReached(t *testing.T) {
	in, out := small(t)
	code, _, stderr := embed(t.Context(), "-in", in, "-method", "tsne", "-perplexity", "5", "-affinity-out", "gaussian", "-lr", "1e30", "-steps", "50", "-out", out)
	if code != 1 || !strings.Contains(stderr, "diverged") || !strings.Contains(stderr, "what was reached") {
		t.Errorf("code %d, %s", code, stderr)
	}
	read(t, out, "embedding.npy")
}

func TestWrongUseIsAnsweredInOneLine(t *testing.T) {
	in, out := small(t)
	folder := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	if code, _, stderr := embed(t.Context(), "-in", in, "-neighbors", "10", "-steps", "1", "-out", out); code != 0 {
		t.Fatal(stderr)
	}
	config := string(read(t, out, "config.json"))
	npy := read(t, out, "embedding.npy")
	for _, c := range []struct {
		args string
		code int
		want string
	}{
		{"", 2, "-in is missing"},
		{"-in IN -neigbors 5", 2, "unknown flag -neigbors (did you mean -neighbors?)"},
		{"-in IN -method tnse", 2, `no method "tnse" (did you mean tsne?)`},
		{"-in IN -perplexity 5", 2, "no flag -perplexity in this method: it belongs to EntropicAffinity, SymmetricEntropicAffinity, as in tsne"},
		{"-in IN -neighbors many", 2, "-neighbors = many, want a number"},
		{"-in IN -neighbors -5", 2, "Neighbors = -5, want at least 1"},
		{"-in IN -affinity-out studnet", 2, `no kernel "studnet" (did you mean Student?)`},
		{"-in IN -symmetrize=perhaps", 2, "-symmetrize = perhaps, want true or false"},
		{"-in IN -method umap -config " + out + "/config.json", 2, "-method and -config"},
		{"-in IN extra", 2, `"extra": want flags only`},
		{"-in IN -pca -1", 2, "PCA = -1"},
		{"-in IN -neighbors 10 -out " + out, 1, "holds a run already"},
		{"-in IN -method umap -neighbors 60", 1, "Neighbors = 60, want 1 to the 59 points"},
		{"-in nowhere.csv", 1, "no file nowhere.csv"},
		{"-in digts", 1, "did you mean digits?"},
		{"-in IN -labels nowhere.txt", 1, "nowhere.txt: no such file"},
		{"-in IN -labels " + write("short.txt", "a\nb\n"), 1, "labels = 2, want 60"},
		{"-in " + write("text.csv", "1,2\n3,4\n5,six\n7,8\n"), 1, "line 3"},
		{"-in " + write("ragged.csv", "1,2\n3\n"), 1, "line 2: ragged"},
		{"-in " + write("nan.csv", "1,2\n3,NaN\n"), 1, "not a finite number"},
		{"-in " + write("empty.csv", ""), 1, "empty"},
		{"-in " + write("short.npy", string(npy[:len(npy)-3])), 1, "truncated"},
		{"-in " + write("points.xyz", "\x00\x01"), 1, "unknown format"},
		{"-in " + write("row.csv", "1,2\n"), 1, "1 x 2, want at least 2 rows"},
		{"-in IN -init-file " + write("start.csv", "1,2\n3,4\n"), 1, "2 x 2, want 60 x 2"},
		{"-config " + write("broken.json", config[:100]), 1, "broken.json"},
		{"-config " + write("future.json", strings.Replace(config, `"version": 2`, `"version": 9`, 1)), 1, "version = 9"},
		{"-config " + write("typo.json", strings.Replace(config, `"Spread"`, `"Spraed"`, 1)), 1, "no field Spraed (did you mean Spread?)"},
		{"-config " + write("extra.json", strings.Replace(config, `"data":`, `"dta": 1, "data":`, 1)), 1, `unknown field "dta"`},
		{"-config " + write("after.json", config+"x"), 1, "something follows"},
		{"-config " + write("twice.json", strings.Replace(config, `"data":`, `"data": {"in": "blobs", "seed": 0}, "data":`, 1)), 1, "data stands there twice"},
		{"-config " + write("case.json", strings.Replace(config, `"data":`, `"Data":`, 1)), 1, `unknown field "Data" (did you mean data?)`},
		{"-config " + write("inner.json", strings.Replace(config, `"in":`, `"In":`, 1)), 1, `unknown field "data.In" (did you mean`},
		{"-config /dev/zero", 1, "/dev/zero is no regular file"},
		{"-in /dev/zero", 1, ""},
		{"-config " + write("custom.json", strings.Replace(config, `"CrossEntropy"`, `{"custom": "main.mine"}`, 1)), 1, "needs the program that wrote it"},
	} {
		args := strings.Fields(strings.ReplaceAll(c.args, "IN", in))
		if !strings.Contains(c.args, "-out") {
			args = append(args, "-out", filepath.Join(t.TempDir(), "x"))
		}
		code, stdout, stderr := embed(t.Context(), args...)
		lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
		last := lines[len(lines)-1]
		if code != c.code || !strings.HasPrefix(last, "embed: ") || !strings.Contains(last, c.want) || stdout != "" {
			t.Errorf("%s: code %d, %s%s, want code %d and %q", c.args, code, stdout, stderr, c.code, c.want)
		}
		if len(lines) > 1 && !strings.HasPrefix(lines[0], "time=") {
			t.Errorf("%s: more than one line: %s", c.args, stderr)
		}
	}
}

func TestHelpIsThatOfTheMethodWithItsNumbers(t *testing.T) {
	_, umap, _ := embed(t.Context(), "-h", "all") // of the default
	_, tsne, _ := embed(t.Context(), "-method", "tsne", "-perplexity", "12.5", "-help", "all")
	for _, c := range []struct{ help, want string }{
		{umap, "-min-dist 0.1\n"}, {umap, "-negatives 20\n"}, {umap, "-optimizer clip(sgd)\n"}, {tsne, "-perplexity 12.5\n"}, {tsne, "-exaggeration 12\n"},
		{tsne, "effective number of neighbors"}, {umap, "-in FILE"}, {umap, "-out FOLDER"}, {tsne, "umap-learn"},
	} {
		if !strings.Contains(c.help, c.want) {
			t.Errorf("no %q in\n%s", c.want, c.help)
		}
	}
	if strings.Contains(tsne, "  -min-dist") {
		t.Error("t-SNE has no min-dist")
	}
	code, short, stderr := embed(t.Context(), "-method", "tsne", "-h")
	if n := strings.Count(short, "\n"); code != 0 || n > 50 || !strings.Contains(short, "  -perplexity 30\n") || !strings.Contains(short, "embed -h all") {
		t.Errorf("code %d, %d lines\n%s%s", code, n, short, stderr)
	}
	fixed := 0
	(&options{}).fixed().VisitAll(func(*flag.Flag) { fixed++ })
	if listed := len(slices.Concat(fixedFlags[:]...)); listed != fixed-1 { // -h is -help
		t.Errorf("%d of %d fixed flags are listed", listed, fixed-1)
	}
}

func TestFlagsOfMethodsDoNotHideFixedOnes(t *testing.T) {
	fixed := (&options{}).fixed()
	for _, p := range spec.Known() {
		if fixed.Lookup(p.Name) != nil {
			t.Errorf("-%s is both", p.Name)
		}
	}
}

func TestOtherDataThanTheConfigsAreNoticed(t *testing.T) {
	in, out := small(t)
	if code, _, stderr := embed(t.Context(), "-in", in, "-neighbors", "10", "-steps", "1", "-out", out); code != 0 {
		t.Fatal(stderr)
	}
	b := bytes.Replace(read(t, in), []byte("\n"), []byte("\n0,0,0,0,0,blob 1\n"), 1)
	if err := os.WriteFile(in, b, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, stderr := embed(t.Context(), "-config", filepath.Join(out, "config.json"), "-out", t.TempDir()); !strings.Contains(stderr, "not those of the config") {
		t.Errorf("no warning: %s", stderr)
	}
	labels, start, next := filepath.Join(t.TempDir(), "labels.txt"), filepath.Join(t.TempDir(), "start.csv"), filepath.Join(t.TempDir(), "next")
	write := func(path, line string, n int) {
		if err := os.WriteFile(path, []byte(strings.Repeat(line, n)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(labels, "a\nb\n", 30)
	write(start, "1,2\n3,4\n", 30)
	in, _ = small(t)
	if code, _, stderr := embed(t.Context(), "-in", in, "-labels", labels, "-label-column", "last", "-neighbors", "10", "-steps", "1",
		"-init-file", start, "-out", next); code != 0 {
		t.Fatal(stderr)
	}
	config := filepath.Join(next, "config.json")
	again := func(flags ...string) string {
		t.Helper()
		code, stdout, stderr := embed(t.Context(), append([]string{"-config", config, "-out", t.TempDir()}, flags...)...)
		if code != 0 {
			t.Fatal(stderr)
		}
		return stdout
	}
	if said := again(); strings.Contains(said, "not those") {
		t.Errorf("nothing has changed: %s", said)
	}
	write(labels, "b\na\n", 30)
	write(start, "1,2\n3,5\n", 30)
	for _, want := range []string{"the labels of " + labels, "the start of " + start} {
		if said := again(); !strings.Contains(said, "note: "+want+" are not those of the config") {
			t.Errorf("no %q in %s", want, said)
		}
	}
	if said := again("-init", "pca"); strings.Contains(said, "the start of") || !strings.Contains(said, "the labels of") {
		t.Errorf("another start was asked for: %s", said)
	}
}

func TestTheReadmesCommandsAreRight(t *testing.T) {
	count := 0
	for line := range strings.Lines(string(read(t, "../../README.md"))) {
		args, ok := strings.CutPrefix(strings.TrimSpace(line), "go run ./experiments/embed ")
		if !ok {
			continue
		}
		count++
		args, _, _ = strings.Cut(args, "#")
		o, err := parse(strings.Fields(strings.ReplaceAll(args, "'", "")))
		if err == nil && o.resume == "" && o.model == "" {
			_, _, err = o.configure()
		}
		if err != nil {
			t.Errorf("%s: %v", args, err)
		}
	}
	if count < 4 {
		t.Errorf("%d commands in experiments/README.md", count)
	}
}

// TestTheTableOfOtherPackagesNamesFlags that exist, and all of them have a meaning.
func TestTheTableOfOtherPackagesNamesFlags(t *testing.T) {
	o := &options{given: map[string]bool{}}
	known := map[string]bool{}
	o.fixed().VisitAll(func(f *flag.Flag) { known[f.Name] = true })
	for _, p := range spec.Known() {
		known[p.Name] = true
	}
	_, table, _ := strings.Cut(string(read(t, "../../README.md")), "| there | flag | of |")
	table, _, _ = strings.Cut(table, "\n\n")
	count := 0
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*)\\|([^|]*)\\|").FindAllStringSubmatch(table, -1) {
		flags := regexp.MustCompile("`-([a-z0-9-]+)`").FindAllStringSubmatch(row[2], -1)
		var hints []string
		for _, f := range flags {
			count++
			if !known[f[1]] {
				t.Errorf("no flag -%s", f[1])
			}
			hints = append(hints, fmt.Sprintf(" (did you mean %s?)", f[1]))
		}
		for _, name := range regexp.MustCompile("`([a-zA-Z_]+)`").FindAllStringSubmatch(row[1], -1) {
			hint := typo.Hint(name[1], slices.Sorted(maps.Keys(known)))
			if len(flags) > 0 && name[1] != "optimizer_kwargs" && !slices.Contains(hints, hint) { // whose keys are flags
				t.Errorf("-%s gives the hint %q, want one of %q", name[1], hint, hints)
			}
		}
	}
	if count < 40 {
		t.Errorf("%d flags in the table, want at least 40", count)
	}
}

// TestAClosedFormIsKeptWithoutACurve: its folder has scores and a picture and no figure of a loss; what steps alone have is refused.
func TestAClosedFormIsKeptWithoutACurve(t *testing.T) {
	in, out := small(t)
	code, stdout, stderr := embed(t.Context(), "-in", in, "-method", "isomap", "-out", out)
	if code != 0 || !strings.Contains(stdout, "computed in ") || strings.Contains(stdout, "loss") {
		t.Fatalf("code %d: %s%s", code, stdout, stderr)
	}
	if _, err := os.Stat(filepath.Join(out, "loss.png")); err == nil {
		t.Error("a curve of a loss that there is none of")
	}
	if len(read(t, out, "history.jsonl")) != 0 || !strings.Contains(string(read(t, out, "status.json")), `"loss": null`) {
		t.Error("a history, or a loss")
	}
	for want, args := range map[string][]string{
		"no flag -lr in this method":                   {"-lr", "1"},
		"-init-file with -method isomap":               {"-init-file", in},
		"-checkpoint-every with -method isomap: it is": {"-checkpoint-every", "1s"},
	} {
		args = append([]string{"-in", in, "-method", "isomap", "-out", filepath.Join(t.TempDir(), "x")}, args...)
		if code, _, stderr := embed(t.Context(), args...); code != 2 || !strings.Contains(stderr, want) {
			t.Errorf("%v: code %d, %s, want %s", args, code, stderr, want)
		}
	}
}
