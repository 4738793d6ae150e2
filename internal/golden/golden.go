package golden

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"
)

//go:embed testdata/*.json.gz
var files embed.FS

// Load decodes the file testdata/name.json.gz, or name.json of the folder AFFMATCH_GOLDEN; where that has none the test is
// skipped.
func Load(t testing.TB, name string, into any) {
	t.Helper()
	f, err := open(name)
	if errors.Is(err, fs.ErrNotExist) && Other() {
		t.Skipf("golden: AFFMATCH_GOLDEN has no %s.json", name)
	}
	if err != nil {
		t.Fatalf("golden: %s: %v", name, err)
	}
	defer f.Close()
	if err := json.NewDecoder(f).Decode(into); err != nil {
		t.Fatalf("golden: %s: %v", name, err)
	}
}

// Other says that the files are not the project's own: how many cases they have is then theirs to say.
func Other() bool { return os.Getenv("AFFMATCH_GOLDEN") != "" }

func open(name string) (io.ReadCloser, error) {
	if Other() {
		return os.Open(filepath.Join(os.Getenv("AFFMATCH_GOLDEN"), name+".json"))
	}
	f, err := files.Open("testdata/" + name + ".json.gz")
	if err != nil {
		return nil, err
	}
	return gzip.NewReader(f)
}

// Cells are the first n rows (0: all) of snare_rna.npy in the folder AFFMATCH_DATA, the real data of the golden files,
// whatever their number of columns. Without that folder the test is skipped, or fails where AFFMATCH_REQUIRE_DATA=1.
func Cells(t testing.TB, n int) *mat.Dense {
	t.Helper()
	x, err := readNPY(Data(t, "snare_rna.npy"))
	if err != nil {
		t.Fatalf("golden: snare_rna.npy: %v", err)
	}
	rows, columns := x.Dims()
	if n > rows {
		t.Fatalf("golden: snare_rna.npy has %d rows, want at least %d", rows, n)
	}
	if n == 0 {
		return x
	}
	return mat.DenseCopyOf(x.Slice(0, n, 0, columns))
}

// Data is a file of the folder AFFMATCH_DATA.
func Data(t testing.TB, name string) []byte {
	t.Helper()
	dir := os.Getenv("AFFMATCH_DATA")
	if dir == "" {
		if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
			t.Fatal("AFFMATCH_REQUIRE_DATA=1 and AFFMATCH_DATA is not set")
		}
		t.Skipf("needs real data: set AFFMATCH_DATA to the folder that holds %s", name)
	}
	b, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// readNPY reads a version 1 .npy of little-endian float64 in C order.
func readNPY(b []byte) (*mat.Dense, error) {
	if len(b) < 10 {
		return nil, io.ErrUnexpectedEOF
	}
	start := 10 + int(binary.LittleEndian.Uint16(b[8:]))
	if len(b) < start {
		return nil, io.ErrUnexpectedEOF
	}
	shape := header.FindSubmatch(b[10:start])
	if shape == nil {
		return nil, fmt.Errorf("header %q: want two axes of <f8 in C order", b[10:start])
	}
	rows, _ := strconv.Atoi(string(shape[1]))
	columns, _ := strconv.Atoi(string(shape[2]))
	x := make([]float64, rows*columns)
	if err := binary.Read(bytes.NewReader(b[start:]), binary.LittleEndian, x); err != nil {
		return nil, err
	}
	return mat.NewDense(rows, columns, x), nil
}

var header = regexp.MustCompile(`'<f8'.*False.*\((\d+), (\d+)\)`)
