package datasets

import (
	"bufio"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// ReadLabels reads one class a row: the lines of a .txt file (integers or text), the last column of a .csv or .tsv, the
// array of an .npy, .npz (there y or labels) or IDX file; each also .gz. labels[i] is an index of names, which are in
// numeric order where all are integers, else sorted. Real numbers are no classes: an error.
func ReadLabels(path string) (labels []int, names []string, err error) {
	texts, err := readLabelTexts(path, 0)
	var values []float64
	if err == nil {
		labels, names, values, err = classify(texts)
	}
	if err == nil && values != nil {
		err = errors.New("the labels are real numbers, want integers or text")
	}
	if err != nil {
		return nil, nil, fmt.Errorf("datasets: labels: %s: %w", path, err)
	}
	return labels, names, nil
}

func readLabelTexts(path string, most int64) ([]string, error) {
	return fromFile(path, most, func(s *source) ([]string, error) {
		switch s.kind {
		case "csv", "tsv", "parquet", "arrow":
			return lastColumn(s)
		case "npz":
			_, y, err := readNPZ(s)
			if err != nil {
				return nil, err
			}
			if y == nil {
				return nil, fmt.Errorf("npz: no labels: want an array under one of %q", labelNames)
			}
			return y.texts()
		case "npy", "idx":
			a, err := arrayReaders[s.kind](s)
			if err != nil {
				return nil, err
			}
			return a.texts()
		}
		return labelLines(s)
	})
}

var arrayReaders = map[string]func(*source) (*array, error){"npy": readNPY, "idx": readIDX}

// fromFile opens, reads and closes.
func fromFile[T any](path string, most int64, read func(*source) (T, error)) (T, error) {
	s, err := open(path, most)
	if err != nil {
		var none T
		return none, err
	}
	defer s.Close() //nolint:errcheck // of what has been read
	return read(s)
}

// lastColumn is the last field of each line, under a header or not.
func lastColumn(s *source) ([]string, error) {
	t, err := tables[s.kind](s, File{LabelColumn: onlyLast})
	if err != nil {
		return nil, err
	}
	return t.labels, nil
}

// labelCost is what a label takes beside its letters, with the numbers that it becomes.
const labelCost = 48

func labelLines(s *source) ([]string, error) {
	var texts []string
	s.lines()
	lines := bufio.NewScanner(s)
	for lines.Scan() {
		if err := s.charge(labelCost + int64(len(lines.Bytes()))); err != nil {
			return nil, err
		}
		texts = append(texts, strings.TrimSpace(strings.TrimPrefix(lines.Text(), "\uFEFF")))
	}
	for len(texts) > 0 && texts[len(texts)-1] == "" {
		texts = texts[:len(texts)-1]
	}
	if lines.Err() == nil && len(texts) == 0 {
		return nil, errors.New("empty: want one label a line")
	}
	return texts, lines.Err()
}

// texts are the numbers of a column as they would stand in a text file.
func (a *array) texts() ([]string, error) {
	if len(a.shape) == 0 || a.len() != a.shape[0] {
		return nil, fmt.Errorf("shape %v: want one label a row", a.shape)
	}
	if a.text != nil {
		return a.text, nil
	}
	texts := make([]string, a.len())
	for i := range texts {
		texts[i] = strconv.FormatFloat(a.numbers.At(i), 'g', -1, 64)
	}
	return texts, nil
}

// classify turns texts into classes, or, where all are numbers and some not whole, into values.
func classify(texts []string) (labels []int, names []string, values []float64, err error) {
	values = make([]float64, len(texts))
	numeric, whole := true, true
	for i, text := range texts {
		v, err := strconv.ParseFloat(text, 64)
		if text == "" || math.IsNaN(v) {
			return nil, nil, nil, fmt.Errorf("row %d: label %q, want a number or text", i+1, text)
		}
		numeric = numeric && err == nil && !math.IsInf(v, 0)
		whole = whole && v == math.Trunc(v) && math.Abs(v) < 1<<53
		values[i] = v
	}
	if numeric && !whole {
		return nil, nil, values, nil
	}
	if numeric {
		labels, distinct := codes(values)
		for _, v := range distinct {
			names = append(names, strconv.FormatInt(int64(v), 10))
		}
		return labels, names, nil, nil
	}
	labels, names = codes(texts)
	return labels, names, nil, nil
}

// codes gives each entry its place among the sorted distinct ones.
func codes[T float64 | string](entries []T) (index []int, distinct []T) {
	distinct = slices.Compact(slices.Sorted(slices.Values(entries)))
	index = make([]int, len(entries))
	for i, e := range entries {
		index[i], _ = slices.BinarySearch(distinct, e)
	}
	return index, distinct
}
