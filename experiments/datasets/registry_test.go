package datasets

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
)

// realData skips the test, or fails it where data are required, if there is no folder of real data.
func realData(t testing.TB) {
	if os.Getenv(DataFolder) != "" {
		return
	}
	if os.Getenv("AFFMATCH_REQUIRE_DATA") == "1" {
		t.Fatalf("%s is not set, and AFFMATCH_REQUIRE_DATA=1", DataFolder)
	}
	t.Skipf("needs real data: set %s to a folder that holds them", DataFolder)
}

// noCopies hides the data folder and the cache.
func noCopies(t *testing.T) (cache string) {
	cache = t.TempDir()
	t.Setenv(DataFolder, "")
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache)
	t.Setenv("LocalAppData", cache)
	return cache
}

func TestPublicSetsAreWhatTheySay(t *testing.T) {
	realData(t)
	for name, classes := range map[string]int{"snareseq": 4, "digits": 10, "mnist": 10} {
		set, err := Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		d, err := set.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n, p := d.Dims()
		if n != set.Rows || p != set.Cols || len(d.Labels) != n || len(d.Names) != classes {
			t.Errorf("%v: want %d x %d and %d classes", d, set.Rows, set.Cols, classes)
		}
		if d.License == "" || d.Citation == "" || d.Source == "" {
			t.Errorf("%s lacks license, citation or source: %+v", name, d)
		}
	}
}

// python3 -c "import numpy as np; x=np.load('snare_rna.npy'); print(repr(x[0,0]), repr(x[-1,-1]), x.std(0)[:3])"
func TestSNAREseqIsTheDemosData(t *testing.T) {
	realData(t)
	d, err := SNAREseq(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	counts := make([]int, 4)
	for _, l := range d.Labels {
		counts[l]++
	}
	if got := [4]int(counts); got != [4]int{379, 324, 201, 143} || strings.Join(d.Names, "") != "1234" {
		t.Errorf("types %v named %q", got, d.Names)
	}
	first := make([]float64, 1047)
	for i := range first {
		first[i] = d.X.At(i, 0)
	}
	if sd := stat.PopStdDev(first, nil); sd < 5.591923 || sd > 5.591924 {
		t.Errorf("standard deviation of the first component %v, want 5.59192314", sd)
	}
}

func TestEverySetIsComplete(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Sets() {
		files := []Remote{s.Points}
		if s.Labels.Name != "" {
			files = append(files, s.Labels)
		}
		for _, f := range files {
			if kind, _ := formatOf(f.Name); seen[f.Name] || f.Size <= 0 || len(f.SHA256) == 0 || kind == "" {
				t.Errorf("%s: file %+v", s.Name, f)
			}
			for _, sum := range f.SHA256 {
				if b, err := hex.DecodeString(sum); err != nil || len(b) != sha256.Size {
					t.Errorf("%s: sum %q", f.Name, sum)
				}
			}
			seen[f.Name] = true
		}
		if s.Rows == 0 || s.Cols == 0 || s.About == "" || s.License == "" || s.Citation == "" || s.Home == "" || s.Size() == 0 || seen[s.Name] {
			t.Errorf("%+v", s)
		}
		seen[s.Name] = true
	}
}

func TestDownloadHappensOnceAndIsVerified(t *testing.T) {
	cache := noCopies(t)
	requests, content := 0, "1,2,a\n3,4,b\n"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		requests++
		w.Write([]byte(content))
	}))
	defer server.Close()
	sum := sha256.Sum256([]byte(content))
	set := Set{Name: "tiny", Rows: 2, Cols: 2, Points: Remote{
		Name: "tiny.csv", Size: int64(len(content)), SHA256: []string{hex.EncodeToString(sum[:])},
		URLs: []string{"http://127.0.0.1:1/gone.csv", server.URL + "/tiny.csv"},
	}}
	for range 2 {
		d, err := set.Load(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if d.String() != "tiny: 2 x 2, 2 classes" {
			t.Errorf("got %v", d)
		}
	}
	if requests != 1 {
		t.Errorf("%d requests, want 1", requests)
	}
	path := filepath.Join(cache, "affmatch", "tiny.csv")
	if err := os.WriteFile(path, []byte("damaged"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := set.Load(t.Context()); err != nil || requests != 2 {
		t.Errorf("a damaged copy in the cache: %v after %d requests, want it fetched anew", err, requests)
	}
	os.Remove(path)
	for _, content = range []string{"9,9,a\n9,9,b\n", content + "more"} {
		if _, err := set.Load(t.Context()); err == nil || !strings.Contains(err.Error(), "SHA-256") {
			t.Errorf("another file at the address: %v", err)
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 0 {
			t.Errorf("left behind: %v", left)
		}
	}
}

func TestWithoutNetworkTheErrorSaysWhatWasTriedAndWhatToDo(t *testing.T) {
	cache := noCopies(t)
	t.Setenv(DataFolder, t.TempDir())
	set := Set{Name: "tiny", Points: Remote{Name: "tiny.csv", URLs: []string{"http://127.0.0.1:1/tiny.csv"}}}
	_, err := set.Load(t.Context())
	for _, want := range []string{"tiny.csv cannot be had", os.Getenv(DataFolder), cache, "127.0.0.1:1", "set AFFMATCH_DATA"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q in: %v", want, err)
		}
	}
	if _, err := (Set{Name: "x", Points: Remote{Name: "x.csv"}}).Load(t.Context()); err == nil || !strings.Contains(err.Error(), "no address") {
		t.Errorf("a set without address: %v", err)
	}
	if _, err := Load(t.Context(), "snare"); err == nil || !strings.Contains(err.Error(), "snareseq") {
		t.Errorf("unknown name: %v", err)
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := set.Load(cancelled); err == nil || !strings.Contains(err.Error(), context.Canceled.Error()) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestAnotherFileInTheDataFolderIsRefused(t *testing.T) {
	noCopies(t)
	folder := t.TempDir()
	t.Setenv(DataFolder, folder)
	if err := os.WriteFile(filepath.Join(folder, "snare_rna.npy"), []byte("another"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := SNAREseq(t.Context()); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("got %v", err)
	}
}
