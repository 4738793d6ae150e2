package datasets

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"

	"affmatch/internal/fault"
)

// A frame is a file of columns, Parquet or Arrow, of which some rows are at hand at a time.
type frame struct {
	columns []*column
	next    func() (rows int, err error) // reads the columns that are used; io.EOF: there are no more
}

// A column is one of a frame.
type column struct {
	name  string
	kind  string // of its type, as the file calls it
	holds content
	list  bool
	width int // numbers in a row: those of a list, of which 0 says that it is not known yet; else 1

	used    bool
	numbers []float64 // of the rows at hand, width of each
	texts   []string
	null    int // the first of these rows in which something is missing; -1: none
}

// content is what a column holds.
type content int

const (
	other content = iota
	number
	text
)

// clear makes room for other rows.
func (c *column) clear() { c.numbers, c.texts, c.null = c.numbers[:0], c.texts[:0], -1 }

// row ends a row, of a list of so many numbers.
func (c *column) row(length int) error {
	if c.width == 0 {
		c.width = length
	}
	if length != c.width {
		return fmt.Errorf("column %s: %d numbers in a row, want %d as in the first", c.name, length, c.width)
	}
	return nil
}

// missing says that the row after those read so far lacks something.
func (c *column) missing(row int) {
	if c.null < 0 {
		c.null = row
	}
}

// pandasIndex puts the columns first that pandas names as its index, and says how many. An unnamed one loses its name.
func (fr *frame) pandasIndex(metadata string) int {
	var pandas struct {
		Index []any `json:"index_columns"`
	}
	if json.Unmarshal([]byte(metadata), &pandas) != nil { // somebody else's
		return 0
	}
	at := 0
	for _, name := range pandas.Index { // a range has no column
		j := slices.IndexFunc(fr.columns, func(c *column) bool { return c.name == name })
		if j < at {
			continue
		}
		c := fr.columns[j]
		if strings.HasPrefix(c.name, "__index_level_") {
			c.name = ""
		}
		fr.columns = slices.Insert(slices.Delete(fr.columns, j, j+1), at, c)
		at++
	}
	return at
}

// readFrame reads a frame as readTable does a text: the same columns are labels, names of rows and data. Rows are named by
// the first of pandas' columns of an index, and the others of these left out.
func readFrame(fr *frame, index int, f File, s *source) (*table, error) {
	if len(fr.columns) == 0 {
		return nil, errors.New("no columns")
	}
	if index > 0 && f.RowNames == "" {
		f.RowNames = FirstColumn
	}
	t := &table{layout: layout{headed: true, width: len(fr.columns), labelAt: -1, namesAt: -1}}
	var like []string
	for _, c := range fr.columns {
		t.header = append(t.header, c.name)
		like = append(like, map[bool]string{true: "text", false: "1"}[c.holds == text])
	}
	if err := t.assign(like, f); err != nil {
		return nil, err
	}
	for j := 1; j < index; j++ {
		t.numbers[j] = t.numbers[j] && slices.Contains(f.Columns, fr.columns[j].name)
	}
	if err := t.use(fr); err != nil {
		return nil, err
	}
	for {
		count, err := fr.next()
		if err == nil {
			err = t.take(fr, count, s)
		}
		if errors.Is(err, io.EOF) {
			if t.rows == 0 {
				return nil, errors.New("no rows")
			}
			return t, nil
		}
		if err != nil {
			return nil, err
		}
	}
}

// use marks the columns to read, and refuses those that are no data.
func (t *table) use(fr *frame) error {
	for j, c := range fr.columns {
		named := j == t.labelAt || j == t.namesAt
		c.used = named || t.numbers[j]
		switch {
		case t.numbers[j] && c.holds == text:
			const text = "column %s holds text (%s), not numbers: drop it (-drop), or is it labels (-label-column) or names of rows (-row-names)?"
			return fmt.Errorf(text, t.column(j), c.kind)
		case t.numbers[j] && c.holds == other || named && (c.holds == other || c.list):
			return fmt.Errorf("column %s holds %s: want numbers, truths or text; drop it (-drop)", t.column(j), c.kind)
		}
	}
	return nil
}

// take adds the rows at hand.
func (t *table) take(fr *frame, count int, s *source) error {
	if t.rows == 0 && count > 0 {
		t.cols = 0
		for j, c := range fr.columns {
			if t.numbers[j] {
				t.cols += c.width
				t.names = append(t.names, c.names()...)
			}
		}
	}
	if err := s.charge(int64(count) * (8*int64(t.cols) + 1)); err != nil {
		return err
	}
	for j, c := range fr.columns {
		if c.used && c.null >= 0 {
			return fmt.Errorf("row %d, column %s: null is a missing value: leave the row out, or fill it in",
				t.rows+c.null+1, t.column(j))
		}
	}
	for i := range count {
		for j, c := range fr.columns {
			if !t.numbers[j] {
				continue
			}
			for _, v := range c.numbers[i*c.width : (i+1)*c.width] {
				if v-v != 0 {
					return t.refuse(t.rows+i+1, j, v)
				}
				t.data.Add(v)
			}
		}
	}
	for j, to := range map[int]*[]string{t.labelAt: &t.labels, t.namesAt: &t.rowNames} {
		if j < 0 {
			continue
		}
		for i := range count {
			entry := fr.columns[j].text(i)
			if err := s.charge(labelCost + int64(len(entry))); err != nil {
				return err
			}
			*to = append(*to, entry)
		}
	}
	t.rows += count
	return nil
}

func (t *table) refuse(row, j int, v float64) error {
	if math.IsNaN(v) {
		return fmt.Errorf("row %d, column %s: NaN is a missing value: leave the row out, or fill it in", row, t.column(j))
	}
	return fmt.Errorf("row %d, column %s: %v is not a finite number", row, t.column(j), v)
}

// text is an entry as it would stand in a text file.
func (c *column) text(i int) string {
	if c.holds == text {
		return strings.TrimSpace(c.texts[i])
	}
	return strconv.FormatFloat(c.numbers[i], 'g', -1, 64)
}

// names of the columns of data that it makes: of a list one a number.
func (c *column) names() []string {
	if !c.list {
		return []string{c.name}
	}
	var names []string
	for k := range c.width {
		names = append(names, c.name+"_"+strconv.Itoa(k))
	}
	return names
}

// unpanicked makes an error of a panic in a reader of somebody else's, which damaged files bring about.
func unpanicked[T any](what string, read func() (T, error)) (v T, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%s: corrupt: %w", what, fault.Caught(r))
		}
	}()
	if v, err = read(); err != nil {
		err = fmt.Errorf("%s: %w", what, err)
	}
	return v, err
}
