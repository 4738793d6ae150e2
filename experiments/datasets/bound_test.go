//go:build unix

package datasets

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
)

// packedFile is a .gz of a text that is repeated to 24 MB.
func packedFile(t *testing.T, name, start, repeated string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, _ := gzip.NewWriterLevel(f, gzip.BestSpeed)
	chunk := bytes.Repeat([]byte(repeated), 1<<20/len(repeated))
	if _, err := z.Write([]byte(start)); err != nil {
		t.Fatal(err)
	}
	for range 24 {
		if _, err := z.Write(chunk); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestASmallFileCannotTakeTheMachine reads bombs with a bound of 8 MB: an error that names the flag, after a few times that.
func TestASmallFileCannotTakeTheMachine(t *testing.T) {
	points := filepath.Join(t.TempDir(), "points.csv")
	if err := os.WriteFile(points, []byte("1,2\n3,4\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	npyHead := string(npy(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (16777216, 1), }", ""))
	text := string(npy(1, "{'descr': '<U1', 'fortran_order': False, 'shape': (16777216,), }", ""))
	for _, c := range []struct{ name, start, repeated string }{
		{"newlines.csv.gz", "1,2\n", "\n"},
		{"newlines.txt.gz", "1 2\n", "\n"},
		{"crlf.tsv.gz", "1\t2\n", "\r\n"},
		{"zeros.csv.gz", "", "\x00"},
		{"zeros.txt.gz", "1 2\n", "\x00"},
		{"digits.csv.gz", "1,2\n", "1"},
		{"commas.csv.gz", "", ","},
		{"blanks.txt.gz", "1 2\n", " "},
		{"quoted.csv.gz", "1,2\n\"", "\n"},
		{"rows.csv.gz", "", "0\n"},
		{"ones.npy.gz", npyHead, "\x01"},
		{"zeros.npz.gz", "PK\x03\x04", "\x00"},
		{"zeros-idx2-ubyte.gz", "\x00\x00\x08\x02\x01\x00\x00\x00\x00\x00\x00\x01", "\x00"},
		{"labels newlines.txt.gz", "a", "\n"},
		{"labels a.txt.gz", "", "a\n"},
		{"labels a.csv.gz", "", "1,a\n"},
		{"labels a line.txt.gz", "", "a"},
		{"labels.npy.gz", text, "a\x00\x00\x00"},
	} {
		path := packedFile(t, c.name, c.start, c.repeated)
		file := File{Path: path, MaxMB: 8}
		if strings.HasPrefix(c.name, "labels") {
			file = File{Path: points, Labels: path, MaxMB: 8}
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := file.Read()
		runtime.ReadMemStats(&after)
		if err == nil || !strings.Contains(err.Error(), "-max-mb") && !strings.Contains(err.Error(), "token too long") {
			t.Errorf("%s: %v, want the bound", c.name, err)
		}
		if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 80 {
			t.Errorf("%s: %d MB made in all, with a bound of 8", c.name, made)
		}
	}
}

func TestABoundCanBeRaised(t *testing.T) {
	path := packedFile(t, "rows.csv.gz", "", "0,0,0,0,0,0,0,1\n")
	if _, err := (File{Path: path, MaxMB: 50}).Read(); err == nil || !strings.Contains(err.Error(), "50 MB allowed") {
		t.Errorf("within 50 MB: %v", err)
	}
	if testing.Short() {
		t.Skip("reading 24 MB of text takes seconds: not with -short")
	}
	d, err := File{Path: path, MaxMB: 300}.Read()
	if err != nil {
		t.Fatal(err)
	}
	if n, p := d.Dims(); n != 24<<16 || p != 8 {
		t.Errorf("%d x %d", n, p)
	}
}

func TestWhatIsNoFileIsNotWaitedFor(t *testing.T) {
	fifo := filepath.Join(t.TempDir(), "fifo.csv")
	if err := syscall.Mkfifo(fifo, 0o644); err != nil {
		t.Skip(err)
	}
	link := filepath.Join(t.TempDir(), "zero.csv")
	if err := os.Symlink("/dev/zero", link); err != nil {
		t.Skip(err)
	}
	folder := filepath.Join(t.TempDir(), "folder.npy")
	if err := os.Mkdir(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{fifo, link, folder} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("%s: %v", path, err)
		}
		if _, _, err := ReadLabels(path); err == nil || !strings.Contains(err.Error(), "not a regular file") {
			t.Errorf("labels: %s: %v", path, err)
		}
	}
}
