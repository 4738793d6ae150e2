package datasets

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Values of File.LabelColumn and File.RowNames with a meaning of their own.
const (
	NoLabels    = "none"
	FirstColumn = "first"
	LastColumn  = "last"
	onlyLast    = "only the last" // a file of labels: what stands before the last column is not read
)

var (
	// labelHeaders are names of a last column that say by themselves that it holds classes.
	labelHeaders = []string{"label", "labels", "class", "classes", "target", "targets", "type", "types", "cell_type",
		"celltype", "cluster", "species", "category"}
	// rowHeaders are names of a first column of text that say that it names the rows.
	rowHeaders = []string{"", "index", "id", "ids", "name", "names", "row", "rowname", "rownames", "row_names", "cell",
		"cells", "cell_id", "barcode", "barcodes", "gene", "genes", "sample", "samples", "sample_id", "unnamed: 0"}
)

// layout is what the columns of a table are.
type layout struct {
	headed   bool     // the first line is a header
	header   []string // of each column; nil: there are no names
	width    int      // fields a line, but for one that a trailing separator adds
	trailing bool     // each line ends with a separator
	short    bool     // the header has no name for the names of rows, as R writes it
	labelAt  int      // -1: none
	namesAt  int      // -1: none
	numbers  []bool   // by field: part of data
}

// layoutOf finds it from the first two lines. The first is a header if it has text over a number; if it counts the
// columns from 0 over numbers that do not look like it, as pandas writes it; if its last name is one of labelHeaders;
// or if it has one field less than the second (R). A comment before the first line is a header where it has as many
// fields, all of text.
func layoutOf(first, second, comment []string, f File) (*layout, error) {
	l := &layout{labelAt: -1, namesAt: -1}
	body := second
	if second == nil {
		body = first
	}
	last := len(body) - 1
	if last > 0 && body[last] == "" && (len(first) == last || len(first) == len(body) && first[last] == "") {
		l.trailing, body = true, body[:last]
		first = first[:last]
	}
	l.width = len(body)
	l.short = second != nil && len(first) == l.width-1 && isHeader(first, body[1:], f)
	l.headed = l.short || isHeader(first, body, f)
	text := f.LabelColumn != onlyLast && !slices.ContainsFunc(first, func(s string) bool { return !isText(s) })
	switch {
	case second == nil && (l.headed || text):
		return nil, errors.New("a header and no line of numbers")
	case l.headed && !l.short && len(first) != l.width:
		return nil, fmt.Errorf("ragged: a header of %d fields above a line of %d", len(first), l.width)
	case l.short:
		l.header = append([]string{""}, first...)
	case l.headed:
		l.header = first
	default:
		l.width, body = len(first), first
		if len(comment) == l.width && !slices.ContainsFunc(comment, func(s string) bool { return !isText(s) }) {
			l.header = comment
		}
	}
	if l.header != nil {
		l.header = slices.Clone(l.header)
		for j := range l.header {
			l.header[j] = strings.TrimSpace(l.header[j])
		}
	}
	return l, l.assign(body, f)
}

// isHeader says that a line names the columns of the next.
func isHeader(first, second []string, f File) bool {
	last, from := len(first)-1, 0
	if first[0] == "" { // above names of rows
		from = 1
	}
	counts, whole := last > from, len(first) < 10 // 0, 1, ..., 9 is no row of data by chance
	for j, name := range first {
		if j < len(second) && isText(name) && !missing(strings.ToLower(strings.TrimSpace(name))) && !isText(second[j]) {
			return true
		}
		if j >= from && name != strconv.Itoa(j-from) && (j < last || !isText(name)) {
			counts = false
		}
		if j >= from && j < len(second) {
			v, _, ok := parseNumber(second[j])
			whole = whole && (!ok || v == float64(int64(v)))
		}
	}
	return counts && !whole && second != nil || isLabelHeader(first) && (f.LabelColumn == "" || f.LabelColumn == onlyLast)
}

// isLabelHeader says that the last name is that of labels: y is, where no x comes before it.
func isLabelHeader(header []string) bool {
	named := func(name string) bool {
		return slices.ContainsFunc(header, func(s string) bool { return strings.EqualFold(strings.TrimSpace(s), name) })
	}
	last := strings.ToLower(strings.TrimSpace(header[len(header)-1]))
	return slices.Contains(labelHeaders, last) || last == "y" && !named("x")
}

// assign finds the columns of labels, of names of rows and of data.
func (l *layout) assign(body []string, f File) error {
	last := l.width - 1
	switch f.LabelColumn {
	case "":
		called := l.header != nil && isLabelHeader(l.header)
		if len(body) == l.width && last > 0 && (called || isText(body[last]) && !missing(body[last])) {
			l.labelAt = last
		}
	case NoLabels:
	case FirstColumn:
		l.labelAt = 0
		if l.short || l.namedRows(body) && last > 0 {
			l.labelAt = 1
		}
	case LastColumn, onlyLast:
		l.labelAt = last
	default:
		var err error
		if l.labelAt, err = l.find("label column", f.LabelColumn); err != nil {
			return err
		}
	}
	switch f.RowNames {
	case "":
		if l.labelAt != 0 && last > 0 && (l.short || l.namedRows(body)) {
			l.namesAt = 0
		}
	case NoLabels:
	case FirstColumn:
		l.namesAt = 0
	default:
		var err error
		if l.namesAt, err = l.find("row names", f.RowNames); err != nil {
			return err
		}
	}
	l.numbers = make([]bool, l.width)
	for j := range l.numbers {
		l.numbers[j] = j != l.labelAt && j != l.namesAt && f.LabelColumn != onlyLast && f.Columns == nil
	}
	for _, name := range f.Columns {
		j, err := l.find("column", name)
		if err != nil {
			return err
		}
		l.numbers[j] = true
	}
	for _, name := range f.Drop {
		j, err := l.find("column to drop", name)
		if err != nil {
			return err
		}
		l.numbers[j] = false
	}
	return nil
}

// namedRows says that the first column names the rows: by its own name, which is empty in what R and pandas write.
func (l *layout) namedRows(body []string) bool {
	if l.header == nil {
		return false
	}
	name := strings.ToLower(l.header[0])
	return name == "" || slices.Contains(rowHeaders, name) && isText(body[0])
}

// find is the column of a name.
func (l *layout) find(what, name string) (int, error) {
	j := slices.Index(l.header, name)
	if j < 0 {
		return 0, fmt.Errorf("%s %q: not in the header %.200q", what, name, l.header)
	}
	return j, nil
}
