package datasets

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Values of File.LabelColumn with a meaning of their own.
const (
	NoLabels    = "none"
	FirstColumn = "first"
	LastColumn  = "last"
	onlyLast    = "only the last" // a file of labels: what stands before the last column is not read
)

// labelHeaders are names of a last column that say by themselves that it holds classes.
var labelHeaders = []string{"label", "labels", "class", "target", "type", "types", "cell_type", "celltype", "cluster", "species"}

var separators = map[string]rune{"csv": ',', "tsv": '\t'}

// A table is a text file of numbers, one column of which may be labels.
type table struct {
	header  []string // nil: none
	width   int      // fields a line
	labelAt int      // -1: none
	numbers []bool   // by field: part of data; the rest is labels, or left out
	cols    int      // columns of data
	data    []float64
	labels  []string
}

// A record is one line and where it begins.
type record struct {
	line   int
	fields []string
}

// readTable reads separated text. Quotes and line ends are as in RFC 4180; empty lines are skipped.
func readTable(s *source, separator rune, labelColumn string) (*table, error) {
	if mark, _ := s.Peek(3); string(mark) == "\xEF\xBB\xBF" { // the byte order mark that Excel writes
		if _, err := s.Discard(3); err != nil {
			return nil, err
		}
	}
	s.lines()
	in := csv.NewReader(s)
	in.Comma, in.FieldsPerRecord, in.TrimLeadingSpace = separator, -1, separator == ' '
	next := func() (record, error) {
		fields, err := in.Read()
		if err != nil {
			return record{}, err
		}
		line, _ := in.FieldPos(0)
		return record{line, fields}, nil
	}
	first, err := next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("empty: want at least one line of numbers")
	} else if err != nil {
		return nil, err
	}
	second, err := next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	t, err := newTable(first.fields, second.fields, labelColumn)
	if err != nil {
		return nil, err
	}
	if t.header == nil {
		err = t.add(first, s)
	}
	if err == nil && second.fields != nil {
		err = t.add(second, s)
	}
	in.ReuseRecord = true
	for err == nil {
		var r record
		if r, err = next(); err == nil {
			err = t.add(r, s)
		}
	}
	if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return t, nil
}

// newTable finds the layout from the first two lines. The first is a header if a field that ought to be a number is not:
// any but the last; or one under which the second line has a number; or the last if it is one of labelHeaders. A first
// column under an empty name is row names, as R and pandas write them, and left out.
func newTable(first, second []string, labelColumn string) (*table, error) {
	t := &table{width: len(first), labelAt: -1, numbers: make([]bool, len(first))}
	last := t.width - 1
	body := first
	overNumber := func(j int) bool { return isText(first[j]) && j < len(second) && !isText(second[j]) }
	isHeader := isLabelHeader(first[last])
	for j := range first {
		isHeader = isHeader || overNumber(j) || isText(first[j]) && j < last && labelColumn != onlyLast
	}
	if isHeader {
		if second == nil {
			return nil, errors.New("a header and no line of numbers")
		}
		t.header, body = first, second
	}
	switch labelColumn {
	case "":
		if len(body) == t.width && last > 0 && (isText(body[last]) || isHeader && isLabelHeader(first[last])) {
			t.labelAt = last
		}
	case NoLabels:
	case FirstColumn:
		t.labelAt = 0
	case LastColumn, onlyLast:
		t.labelAt = last
	default:
		if t.labelAt = slices.Index(t.header, labelColumn); t.labelAt < 0 {
			return nil, fmt.Errorf("label column %q: not in the header %.200q", labelColumn, t.header)
		}
	}
	for j := range t.width {
		rowName := j == 0 && isHeader && first[0] == "" && last > 0
		if t.numbers[j] = j != t.labelAt && !rowName && labelColumn != onlyLast; t.numbers[j] {
			t.cols++
		}
	}
	return t, nil
}

func (t *table) add(r record, s *source) error {
	if len(r.fields) != t.width {
		return fmt.Errorf("line %d: ragged: %d fields, want %d as in the first line", r.line, len(r.fields), t.width)
	}
	if err := s.charge(8 * int64(t.cols)); err != nil {
		return err
	}
	for j, text := range r.fields {
		if j == t.labelAt {
			if err := s.charge(labelCost + int64(len(text))); err != nil {
				return err
			}
			t.labels = append(t.labels, strings.Clone(strings.TrimSpace(text)))
		}
		if t.numbers[j] {
			v, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				column := strconv.Itoa(j + 1)
				if t.header != nil {
					column += fmt.Sprintf(" (%s)", t.header[j])
				}
				return fmt.Errorf("line %d, column %s: %.80q is not a finite number", r.line, column, text)
			}
			t.data = append(t.data, v)
		}
	}
	return nil
}

func isText(field string) bool {
	_, err := strconv.ParseFloat(strings.TrimSpace(field), 64)
	return err != nil && !errors.Is(err, strconv.ErrRange)
}

func isLabelHeader(field string) bool {
	return slices.Contains(labelHeaders, strings.ToLower(strings.TrimSpace(field)))
}
