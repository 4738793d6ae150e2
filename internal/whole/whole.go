// Package whole writes files that appear whole or not at all, whatever moment the process or the machine is stopped at.
package whole

import (
	"errors"
	"io"
	"os"
	"path/filepath"
)

// Temporary begins the names of files under way. One that stays was left by a process that was killed.
const Temporary = ".part-"

// Write writes a file beside path, brings it to the disk and renames it.
func Write(path string, content func(io.Writer) error) (err error) {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, Temporary+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	if err := errors.Join(content(f), f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return err
	}
	SyncDir(dir)
	return nil
}

// SyncDir brings the names in a folder to the disk, where the system can: some have no such thing, and say so by an error.
func SyncDir(dir string) {
	if d, err := os.Open(dir); err == nil {
		_ = errors.Join(d.Sync(), d.Close())
	}
}
