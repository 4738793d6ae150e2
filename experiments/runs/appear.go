package runs

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"affmatch/internal/whole"
)

// appear makes a folder that is not there: built and locked under another name, and renamed. fs.ErrExist: there is one now.
func (o Owner) appear(f Folder) (*Claim, error) {
	if _, err := os.Lstat(string(f)); err == nil {
		return nil, fmt.Errorf("runs: folder %s: %w", f, fs.ErrExist)
	}
	parent := filepath.Dir(string(f))
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	prefix := whole.Temporary + filepath.Base(string(f)) + "-"
	sweepBuildings(parent, prefix)
	dir, err := os.MkdirTemp(parent, prefix+"*")
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	b := Folder(dir)
	lock, err := b.lock(o.Program)
	if err == nil {
		err = errors.Join(os.Chmod(dir, 0o755), o.prepare(b))
	}
	if err == nil {
		whole.SyncDir(dir)
		err = os.Rename(dir, string(f)) // over an empty folder too, never over one with anything in it
	}
	if err != nil {
		if lock != nil {
			err = errors.Join(err, lock.Close())
		}
		if errors.Is(err, syscall.ENOTEMPTY) || errors.Is(err, syscall.ENOTDIR) {
			err = fmt.Errorf("runs: folder %s: %w", f, fs.ErrExist)
		}
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	whole.SyncDir(parent)
	return &Claim{Folder: f, owner: o, locks: []*lease{lock}}, nil
}

func (o Owner) prepare(f Folder) error {
	if o.Prepare == nil {
		return nil
	}
	return o.Prepare(f)
}

// settle takes an empty folder where it stands: it may be the working one, or one that cannot be renamed.
func (o Owner) settle(f Folder) (*Claim, error) {
	lock, err := f.lock(o.Program)
	if err != nil {
		return nil, err
	}
	held, err := f.held() // another process may have come and gone
	if err == nil && len(held) > 0 {
		err = f.taken()
	}
	if err == nil {
		f.sweepParts()
		err = o.prepare(f)
	}
	if err != nil {
		return nil, errors.Join(err, lock.Close())
	}
	return &Claim{Folder: f, owner: o, locks: []*lease{lock}}, nil
}

// Own claims a folder below one that is the program's already: it appears prepared where it is missing, else what it
// holds is the caller's to judge. ErrInUse: another process has it.
func Own(o Owner, dir string) (*Claim, error) {
	f := Folder(dir)
	c, err := o.appear(f)
	if !errors.Is(err, fs.ErrExist) {
		return c, err
	}
	lock, err := f.lock(o.Program)
	if err != nil {
		return nil, err
	}
	f.sweepParts()
	return &Claim{Folder: f, owner: o, locks: []*lease{lock}}, nil
}

// beside locks the run in f and begins another one in f.new, in the place of one that was begun and not finished.
func (o Owner) beside(f Folder) (*Claim, error) {
	old, err := f.lock(o.Program)
	if err != nil {
		return nil, err
	}
	fail := func(err error) (*Claim, error) { return nil, errors.Join(err, old.Close()) }
	next := Folder(strings.TrimRight(string(f), string(filepath.Separator)) + ".new")
	if filepath.Base(string(f)) == "." || filepath.Base(string(f)) == ".." {
		return fail(fmt.Errorf("runs: folder %s cannot be replaced by that name: name it from outside", f))
	}
	held, err := next.held()
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return fail(err)
	case len(held) > 0 && (!next.HoldsRun() || len(o.foreign(held)) > 0):
		return fail(fmt.Errorf("runs: folder %s, where the new run would grow, holds %s: move that", next, some(held)))
	default:
		lock, err := next.lock(o.Program)
		if err == nil {
			err = errors.Join(os.RemoveAll(string(next)), lock.Close())
		}
		if err != nil {
			return fail(err)
		}
	}
	c, err := o.appear(next)
	if err != nil {
		return fail(err)
	}
	c.place, c.locks = f, append(c.locks, old)
	return c, nil
}

// Finish puts a new run in the place of the one that it overwrites.
func (c *Claim) Finish() error {
	if c.place == "" {
		return nil
	}
	whole.SyncDir(string(c.Folder))
	if err := exchange(string(c.Folder), string(c.place)); err != nil {
		return fmt.Errorf("runs: the run is in %s; it could not be put in the place of %s: %w", c.Folder, c.place, err)
	}
	whole.SyncDir(filepath.Dir(string(c.place)))
	old := string(c.Folder)
	c.Folder, c.place = c.place, ""
	err := c.locks[1].Close() // of what is removed now
	c.locks = c.locks[:1]
	if err := errors.Join(err, os.RemoveAll(old)); err != nil {
		return fmt.Errorf("runs: the old run: %w", err)
	}
	return nil
}

// Close lets the folder go.
func (c *Claim) Close() error {
	var errs []error
	for _, l := range c.locks {
		errs = append(errs, l.Close())
	}
	c.locks = nil
	return errors.Join(errs...)
}

// sweepBuildings removes folders that killed processes were building.
func sweepBuildings(parent, prefix string) {
	entries, _ := os.ReadDir(parent) // none: nothing to sweep
	for _, e := range entries {
		f := Folder(filepath.Join(parent, e.Name()))
		info, err := e.Info()
		if !e.IsDir() || !strings.HasPrefix(e.Name(), prefix) || err != nil || time.Since(info.ModTime()) < time.Minute {
			continue
		}
		if lock, err := f.lock("sweep"); err == nil {
			_ = errors.Join(os.RemoveAll(string(f)), lock.Close()) // it is in nobody's way
		}
	}
}

// sweepParts removes files that a killed process was writing.
func (f Folder) sweepParts() {
	entries, _ := os.ReadDir(string(f)) // none: nothing to sweep
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), whole.Temporary) {
			_ = os.RemoveAll(f.Path(e.Name())) // it is in nobody's way
		}
	}
}
