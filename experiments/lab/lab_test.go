package lab

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
)

// TestMain makes the test binary a researcher's program, where the environment says so: each in a process of its own, as
// names are for a whole process.
func TestMain(m *testing.M) {
	scale, version := 1.0, os.Getenv("LAB_VERSION")
	if version == "2" {
		scale = 3
	}
	switch os.Getenv("LAB") {
	case "":
		os.Exit(m.Run())
	case "broken":
		Main(Part{Name: "student", Version: "1", Of: affinity.Gaussian{}})
	}
	heavy := affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Mul(scale).Sqrt().Neg() })
	pull := loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Mul(logQ).Neg() })
	method := models.TSNE()
	method.Out, method.Attraction, method.Steps = heavy, pull, 20
	Main(Part{Name: "heavy", Version: version, Of: heavy}, Part{Name: "pull", Version: "1", Of: pull}, Method{Name: "heavy-tsne", Of: method})
}

// lab runs the program.
func lab(t *testing.T, env []string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	c := exec.Command(os.Args[0], args...)
	c.Env = append(append(os.Environ(), "LAB=own"), env...)
	var o, e bytes.Buffer
	c.Stdout, c.Stderr = &o, &e
	if err := c.Run(); err != nil {
		code = c.ProcessState.ExitCode()
	}
	return code, o.String(), e.String()
}

func TestOwnPartsAreInEveryCommand(t *testing.T) {
	dir := t.TempDir()
	first := []string{"LAB_VERSION=1"}
	run := func(env []string, args ...string) string {
		t.Helper()
		code, stdout, stderr := lab(t, env, args...)
		if code != 0 {
			t.Fatalf("%q: code %d: %s%s", args, code, stdout, stderr)
		}
		return stdout
	}
	// embed, by the name of the method, and of the part in another one
	own, other := filepath.Join(dir, "own"), filepath.Join(dir, "other")
	if out := run(first, "embed", "-in", "blobs", "-method", "heavy-tsne", "-out", own); !strings.Contains(out, "heavy-tsne of blobs") {
		t.Errorf("%s", out)
	}
	run(first, "-in", "blobs", "-method", "umap", "-affinity-out", "odds(heavy)", "-steps", "5", "-out", other)
	if help := run(first, "embed", "-method", "heavy-tsne", "-h", "all"); !strings.Contains(help, "-affinity-out heavy\n") || !strings.Contains(help, "-attraction pull\n") {
		t.Errorf("the help does not know them:\n%s", help)
	}
	// the same again from its config, bit for bit; not by a program of another version, nor by one that does not know the part
	again := filepath.Join(dir, "again")
	config := filepath.Join(own, "config.json")
	run(first, "embed", "-config", config, "-out", again)
	a, errA := os.ReadFile(filepath.Join(own, "embedding.npy"))
	b, errB := os.ReadFile(filepath.Join(again, "embedding.npy"))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("another embedding from the config: %v %v", errA, errB)
	}
	if code, _, stderr := lab(t, []string{"LAB_VERSION=2"}, "embed", "-config", config, "-out", filepath.Join(dir, "no")); code == 0 || !strings.Contains(stderr, "version") {
		t.Errorf("a part of another version: code %d: %s", code, stderr)
	}
	// both compared; a program of another version compares them too, but for their parameters
	for version, want := range map[string]string{"1": "| blobs | heavy-tsne | 1 of 1 |", "2": "its parameters are not known here"} {
		said := run([]string{"LAB_VERSION=" + version}, "compare", own, other, "-out", filepath.Join(dir, "compared-"+version))
		if !strings.Contains(said, want) {
			t.Errorf("version %s: no %q in\n%s", version, want, said)
		}
	}
	// a sweep answers from what it has kept, of the same version
	grid, out := filepath.Join(dir, "grid.json"), filepath.Join(dir, "sweep")
	text := `{"data": ["blobs"], "methods": ["heavy-tsne", {"method": "tsne", "set": {"affinity-out": ["student", "heavy"], "steps": 20}}], "seeds": [0]}`
	if err := os.WriteFile(grid, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"3 fits: 3 done\n", "3 were done before"} {
		if said := run(first, "sweep", "-grid", grid, "-out", out); !strings.Contains(said, want) {
			t.Errorf("no %q in\n%s", want, said)
		}
	}
	if code, _, stderr := lab(t, []string{"LAB_VERSION=2"}, "sweep", "-grid", grid, "-out", out); code == 0 || !strings.Contains(stderr, "another grid") {
		t.Errorf("another version in the same folder: code %d: %s", code, stderr)
	}
}

func TestTheProgramSaysWhatItHasAndWhatIsWrong(t *testing.T) {
	one := []string{"LAB_VERSION=1"}
	for _, c := range []struct {
		env  []string
		args string
		code int
		want string
	}{
		{one, "", 0, "part heavy, version 1"},
		{one, "-h", 0, "method heavy-tsne"},
		{one, "embd -in x", 2, "did you mean embed?"},
		{nil, "embed -h", 2, `version = ""`},
		{[]string{"LAB=broken"}, "embed -h", 2, "one that no kernel has"},
	} {
		code, stdout, stderr := lab(t, c.env, strings.Fields(c.args)...)
		if code != c.code || !strings.Contains(stdout+stderr, c.want) {
			t.Errorf("%q: code %d: %s%s, want %d and %q", c.args, code, stdout, stderr, c.code, c.want)
		}
	}
}
