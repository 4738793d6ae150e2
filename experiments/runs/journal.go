package runs

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"affmatch/models"
)

// journal is history.jsonl under way: each record is in the file as soon as it is written, so that a crash leaves them.
type journal struct {
	file  *os.File
	count int
}

func (f Folder) journal() (*journal, error) {
	file, err := os.Create(f.Path("history.jsonl"))
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	return &journal{file: file}, nil
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
	return errors.Join(err, j.file.Close())
}
