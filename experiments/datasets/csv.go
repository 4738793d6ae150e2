package datasets

import (
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"affmatch/internal/rows"
)

// A table is a text file of numbers, one column of which may be labels, and one names of rows.
type table struct {
	layout
	decimals map[byte]int // the signs before decimals that were met, '.' or ',': the first line of each
	cols     int          // columns of data
	data     rows.Store
	labels   []string
	rowNames []string
	rows     int      // of a frame, so far
	names    []string // of the columns of data; nil: those of the header
}

// readTable reads separated text. Quotes and line ends are as in RFC 4180; empty lines and comments are skipped. No
// separator, 0: the one that its first lines have.
func readTable(s *source, f File, separator rune) (*table, error) {
	in, err := readRecords(s, separator)
	if err != nil {
		return nil, err
	}
	first, err := in.next()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("empty: want at least one line of numbers")
	} else if err != nil {
		return nil, err
	}
	second, err := in.next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	l, err := layoutOf(first.fields, second.fields, in.comment, f)
	if err != nil {
		return nil, err
	}
	t := &table{layout: *l, decimals: map[byte]int{}}
	for _, data := range t.numbers {
		if data {
			t.cols++
		}
	}
	if !t.headed {
		err = t.add(first, s)
	}
	if err == nil && second.fields != nil {
		err = t.add(second, s)
	}
	in.ReuseRecord = true
	for err == nil {
		var r record
		if r, err = in.next(); err == nil {
			err = t.add(r, s)
		}
	}
	if !errors.Is(err, io.EOF) {
		return nil, err
	}
	return t, nil
}

// add takes one line.
func (t *table) add(r record, s *source) error {
	if t.trailing {
		last := len(r.fields) - 1
		if r.fields[last] != "" {
			return fmt.Errorf("line %d: %.80q behind the separator that ends the other lines", r.line, r.fields[last])
		}
		r.fields = r.fields[:last]
	}
	if len(r.fields) != t.width {
		if len(r.fields) > 0 && strings.HasPrefix(r.fields[0], "#") {
			return nil // a comment
		}
		return fmt.Errorf("line %d: ragged: %d fields, want %d as in the first line", r.line, len(r.fields), t.width)
	}
	if strings.HasPrefix(r.fields[0], "#") && t.numbers[0] {
		return fmt.Errorf("line %d begins with # and has as many fields as the others: a comment, or a row?", r.line)
	}
	if err := s.charge(8 * int64(t.cols)); err != nil {
		return err
	}
	for j, text := range r.fields {
		switch {
		case t.numbers[j]:
			v, err := t.number(text, r.line, j)
			if err != nil {
				return err
			}
			t.data.Add(v)
		case j == t.labelAt:
			if err := t.text(&t.labels, text, r.line, j, s); err != nil {
				return err
			}
		case j == t.namesAt:
			if err := t.text(&t.rowNames, text, r.line, j, s); err != nil {
				return err
			}
			if name := t.rowNames[len(t.rowNames)-1]; t.short && !isText(name) && name != strconv.Itoa(len(t.rowNames)) {
				return fmt.Errorf("line %d: %d fields under a header of %d, and the first, %q, is neither text nor R's number of the row",
					r.line, t.width, t.width-1, name)
			}
		}
	}
	return nil
}

// text takes a label or a name.
func (t *table) text(to *[]string, text string, line, j int, s *source) error {
	if err := s.charge(labelCost + int64(len(text))); err != nil {
		return err
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("line %d, column %s: %.80q is not UTF-8 (Latin-1? iconv -f latin1 -t utf-8 makes it so)",
			line, t.column(j), text)
	}
	*to = append(*to, strings.Clone(strings.TrimSpace(text)))
	return nil
}

// number is a field of data. Where fields are separated by something else than commas, these may come before decimals.
func (t *table) number(text string, line, j int) (float64, error) {
	v, sign, ok := parseNumber(text)
	refuse := func(why string) (float64, error) {
		return 0, fmt.Errorf("line %d, column %s: %.80q %s", line, t.column(j), text, why)
	}
	switch trimmed := strings.TrimSpace(text); {
	case missing(trimmed):
		return refuse("is a missing value, not a finite number: leave the row out, or fill it in")
	case !ok && j == 0 && t.namesAt < 0 && t.labelAt < 0:
		return refuse("is not a finite number (labels? -label-column first; names of rows? -row-names first)")
	case !ok || math.IsInf(v, 0):
		return refuse("is not a finite number")
	}
	if sign != 0 {
		if _, ok := t.decimals[sign]; !ok {
			t.decimals[sign] = line
		}
		if len(t.decimals) > 1 {
			first := min(t.decimals['.'], t.decimals[','])
			return refuse(fmt.Sprintf("and the numbers of line %d have different signs before their decimals", first))
		}
	}
	return v, nil
}

// parseNumber reads a number or a truth, with the sign that stands before its decimals, 0: none.
func parseNumber(text string) (v float64, sign byte, ok bool) {
	text = strings.TrimSpace(text)
	if strings.Contains(text, ".") {
		sign = '.'
	}
	v, err := strconv.ParseFloat(text, 64)
	if err == nil || errors.Is(err, strconv.ErrRange) {
		return v, sign, true
	}
	switch strings.ToLower(text) {
	case "true":
		return 1, 0, true
	case "false":
		return 0, 0, true
	}
	if sign == 0 && strings.Count(text, ",") == 1 {
		if v, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64); err == nil {
			return v, ',', true
		}
	}
	return 0, 0, false
}

// missing says that a field stands for no value.
func missing(text string) bool {
	return slices.Contains([]string{"", "na", "n/a", "nan", "-nan", "null", "none", "?", "-", "#n/a"}, strings.ToLower(text))
}

func isText(field string) bool {
	_, _, ok := parseNumber(field)
	return !ok
}

// column names a column in an error.
func (t *table) column(j int) string {
	name := strconv.Itoa(j + 1)
	if t.header != nil {
		name += fmt.Sprintf(" (%s)", t.header[j])
	}
	return name
}
