package runs

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"

	"affmatch/models"
)

// history reads history.jsonl; a last line that was cut short is an error.
func (f Folder) history() ([]models.Record, error) {
	file, err := os.Open(f.Path("history.jsonl"))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	defer file.Close()
	var all []models.Record
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		r, err := record(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("runs: %s: record %d: %w", file.Name(), len(all), err)
		}
		all = append(all, r)
	}
	return all, lines.Err()
}

// record reads what models.Record writes: one flat object, in which every other name is that of a term, in their order. What
// is null was not finite.
func record(line []byte) (models.Record, error) {
	var r models.Record
	if !json.Valid(line) { // a decoder reads a beginning without a word
		return r, errors.New("no JSON, or not to its end")
	}
	in := json.NewDecoder(bytes.NewReader(line))
	if t, err := in.Token(); err != nil || t != json.Delim('{') {
		return r, errors.Join(err, errors.New("no object"))
	}
	for in.More() {
		name, err := in.Token()
		if err != nil {
			return r, err
		}
		v := math.NaN()
		if err := in.Decode(&v); err != nil {
			return r, fmt.Errorf("%v: %w", name, err)
		}
		switch name {
		case "step":
			r.Step = int(v)
		case "loss":
			r.Loss = v
		case "grad_norm":
			r.GradNorm = v
		case "learn_rate":
			r.LearnRate = v
		case "exaggeration":
			r.Exaggeration = v
		case "sum_error":
			r.SumError = v
		case "seconds":
			r.Seconds = v
		default:
			r.Terms = append(r.Terms, models.TermValue{Name: fmt.Sprint(name), Value: v})
		}
	}
	return r, nil
}
