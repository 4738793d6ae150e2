package same_test

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Functions whose fused instructions are not counted, nor are those of lines that call math.FMA.
var elsewhere = []string{
	"affmatch/internal/same.",                                                                             // calls math.FMA on purpose, and has FMA32
	"affmatch/internal/lanes.fma32(", "affmatch/internal/lanes.fnma32(", "affmatch/internal/lanes.fms32(", // of exact products
	"affmatch/experiments/plots.", "affmatch/experiments/grid.Results.multiples(", // a picture is no result
}

var fused = regexp.MustCompile(`^\s+(\S+\.go:\d+)\s.*\s(FN?M(?:ADD|SUB)[SD]) `)

// TestNothingIsFused reads the machine code for arm64, whose compiler fuses x*y + z into one instruction unless a
// conversion, float64(x*y) + z, says that the product is rounded. Each such instruction would make results differ between
// processors.
func TestNothingIsFused(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program")
	}
	dir, asked := t.TempDir(), linesWith(t, "math.FMA(")
	for _, what := range []string{"python/tests/own"} { // which has all commands
		to := filepath.Join(dir, path.Base(what))
		build := exec.Command("go", "build", "-o", to, "affmatch/experiments/"+what)
		build.Env = append(build.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		code, err := exec.Command("go", "tool", "objdump", "-s", "^affmatch/", to).Output()
		if err != nil {
			t.Fatal(err)
		}
		looked, function := 0, ""
		for lines := bufio.NewScanner(strings.NewReader(string(code))); lines.Scan(); {
			line := lines.Text()
			if name, ok := strings.CutPrefix(line, "TEXT "); ok {
				function, looked = name, looked+1
			} else if m := fused.FindStringSubmatch(line); m != nil && !startsWithAny(function, elsewhere) && !asked[m[1]] {
				t.Errorf("%s: %s: %s in %s", what, m[1], m[2], function)
			}
		}
		if looked < 10 {
			t.Errorf("%s: %d functions in the machine code: it was not read", what, looked)
		}
	}
}

// linesWith are the lines of the project's sources that have a text, as file:line.
func linesWith(t *testing.T, text string) map[string]bool {
	found := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(path string, _ fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".go" {
			return err
		}
		source, err := os.ReadFile(path)
		n := 0
		for line := range strings.Lines(string(source)) {
			if n++; strings.Contains(line, text) {
				found[fmt.Sprintf("%s:%d", filepath.Base(path), n)] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func startsWithAny(s string, prefixes []string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(s, p) {
			return true
		}
	}
	return false
}
