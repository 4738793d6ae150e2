package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"affmatch/internal/whole"
	"affmatch/models"
)

// journal is history.jsonl under way: each record is in the file as soon as it is written, so that a crash leaves them.
type journal struct {
	path  string
	file  *os.File
	count int
}

// journal begins an empty history.
func (f Folder) journal() (*journal, error) {
	j := &journal{path: f.Path("history.jsonl")}
	return j, j.begin(nil)
}

// begin replaces the file by one of the given records, to be gone on with. The old one, which may end within a line, stays
// until the new one is whole.
func (j *journal) begin(all []models.Record) error {
	if j.file != nil {
		if err := j.file.Close(); err != nil {
			return fmt.Errorf("runs: history.jsonl: %w", err)
		}
	}
	err := whole.Write(j.path, func(w io.Writer) error {
		out := json.NewEncoder(w)
		for _, r := range all {
			if err := out.Encode(r); err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil {
		j.file, err = os.OpenFile(j.path, os.O_APPEND|os.O_WRONLY, 0o644)
	}
	if err != nil {
		return fmt.Errorf("runs: history.jsonl: %w", err)
	}
	j.count = len(all)
	return nil
}

func (j *journal) write(r models.Record) error {
	line, err := json.Marshal(r)
	if err == nil {
		_, err = j.file.Write(append(line, '\n'))
	}
	if err != nil {
		return fmt.Errorf("runs: history.jsonl: step %d: %w", r.Step, err)
	}
	j.count++
	return nil
}

// close adds the records that no callback was called for (the last one of a converged fit).
func (j *journal) close(all []models.Record) error {
	var err error
	for j.count < len(all) && err == nil {
		err = j.write(all[j.count])
	}
	return errors.Join(err, j.file.Sync(), j.file.Close())
}
