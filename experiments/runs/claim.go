package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"affmatch/internal/whole"
)

// Owner is a program that keeps its results in folders.
type Owner struct {
	Program string
	Files   []string             // patterns (filepath.Match) of the names that it writes there; nil: those of a run
	Inputs  []string             // files that it reads: none may lie in the folder. "" and names of data are passed over
	Prepare func(f Folder) error // writes what is there from the first moment, config.json last
}

// Claim is a folder that belongs to this process alone until Close.
type Claim struct {
	Folder
	place Folder // that the folder takes on Finish; "": its own
	owner Owner
	locks []*lease
}

// ofRun are the names of a run's files.
var ofRun = []string{
	"config.json", "status.json", "metrics.json", "embedding.npy", "history.jsonl", "rows.txt", "run.log", checkpointName, ModelName,
	"embedding.png", "embedding.svg", "embedding.pdf", "loss.png", "loss.svg", "loss.pdf", MapName,
	SnapshotsName, AnimationName, PointsName,
}

// New claims a folder for a new run: dir, or where that is "" a new one below ./runs with the time in its name. One
// that does not exist appears prepared, by a rename; one that is empty is prepared where it stands; one that holds a
// run is refused or, where it may be overwritten, stays as it is until Finish, while the new run grows in DIR.new. One
// that holds anything else is refused.
func New(o Owner, dir string, overwrite bool) (*Claim, error) {
	if dir == "" {
		base := filepath.Join("runs", o.Program+"-"+time.Now().Format("20060102-150405"))
		for k := 1; ; k++ {
			if dir = base; k > 1 {
				dir = fmt.Sprintf("%s-%d", base, k)
			}
			if c, err := o.appear(Folder(dir)); !errors.Is(err, fs.ErrExist) {
				return c, err
			}
		}
	}
	f := Folder(dir)
	switch found, err := o.look(f, overwrite); {
	case err != nil:
		return nil, err
	case found == nothing:
		c, err := o.appear(f)
		if errors.Is(err, fs.ErrExist) {
			err = f.taken()
		}
		return c, err
	case found == empty:
		return o.settle(f)
	}
	return o.beside(f)
}

// Check says what New would refuse, before the work that comes first.
func (o Owner) Check(dir string, overwrite bool) error {
	if dir == "" {
		return nil
	}
	_, err := o.look(Folder(dir), overwrite)
	return err
}

// What look finds.
const (
	nothing = iota
	empty
	aRun // that may be overwritten
)

func (o Owner) look(f Folder, overwrite bool) (found int, err error) {
	if err := o.apart(string(f)); err != nil {
		return nothing, err
	}
	held, err := f.held()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nothing, nil
	case err != nil:
		return nothing, err
	case len(held) == 0:
		return empty, nil
	case !f.HoldsRun():
		return nothing, fmt.Errorf("runs: folder %s holds %s, which is no run of ours: choose another one", f, some(held))
	case !overwrite:
		return nothing, f.taken()
	}
	if by := f.program(); by != o.Program {
		return nothing, fmt.Errorf("runs: folder %s holds a run of %s, want one of %s to overwrite: choose another folder", f, by, o.Program)
	}
	if other := o.foreign(held); len(other) > 0 {
		return nothing, fmt.Errorf("runs: folder %s holds %s beside its run: move that, or choose another folder", f, some(other))
	}
	return aRun, nil
}

func (f Folder) taken() error {
	return fmt.Errorf("runs: folder %s holds a run already (config.json): choose another one, or overwrite it on purpose", f)
}

// Resume claims a folder that holds a run, to go on with it.
func Resume(o Owner, dir string) (*Claim, error) {
	f := Folder(dir)
	if !f.HoldsRun() {
		return nil, fmt.Errorf("runs: folder %s holds no run to go on with (no config.json)", dir)
	}
	lock, err := f.lock(o.Program)
	if err != nil {
		return nil, err
	}
	f.sweepParts()
	return &Claim{Folder: f, owner: o, locks: []*lease{lock}}, nil
}

// HoldsRun says whether there is a run in the folder, ended or not.
func (f Folder) HoldsRun() bool {
	_, err := os.Stat(f.Path("config.json"))
	return err == nil
}

// program is the one that config.json names.
func (f Folder) program() string {
	var c struct{ Program string }
	if f.read("config.json", &c) != nil || c.Program == "" {
		return "an unknown program"
	}
	return c.Program
}

// held are the names in a folder, without its lock and what killed processes left unfinished.
func (f Folder) held() ([]string, error) {
	entries, err := os.ReadDir(string(f))
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != lockName && !strings.HasPrefix(e.Name(), whole.Temporary) {
			names = append(names, e.Name())
		}
	}
	return names, nil
}

// foreign are the names that are not the owner's.
func (o Owner) foreign(names []string) []string {
	own := o.Files
	if own == nil {
		own = ofRun
	}
	var others []string
next:
	for _, name := range names {
		for _, pattern := range own {
			if ok, err := filepath.Match(pattern, name); ok && err == nil {
				continue next
			}
		}
		others = append(others, name)
	}
	return others
}

// some names, for an error.
func some(names []string) string {
	if len(names) > 3 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:3], ", "), len(names)-3)
	}
	return strings.Join(names, ", ")
}

// apart refuses inputs inside the folder, which results would replace.
func (o Owner) apart(dir string) error {
	at, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil //nolint:nilerr // what does not exist has nothing in it
	}
	if at, err = filepath.Abs(at); err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	for _, in := range o.Inputs {
		path, err := filepath.EvalSymlinks(in)
		if in == "" || err != nil {
			continue
		}
		if path, err = filepath.Abs(path); err != nil {
			return fmt.Errorf("runs: %w", err)
		}
		if below, err := filepath.Rel(at, path); err == nil && filepath.IsLocal(below) {
			return fmt.Errorf("runs: the input %s lies in the folder of the results, %s: choose another folder", in, dir)
		}
	}
	return nil
}
