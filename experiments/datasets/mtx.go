package datasets

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"affmatch/affinity"
	"affmatch/internal/rows"

	"gonum.org/v1/gonum/mat"
)

// The format: Boisvert, Pozo and Remington, The Matrix Market Exchange Formats, 1996.
//
//	%%MatrixMarket matrix FORM FIELD SYMMETRY     FORM coordinate or array; FIELD real, integer or pattern
//	% comments
//	rows columns entries                          of arrays: rows columns
//	i j value                                     from 1 on; of arrays the values, column by column

// mtx is the text of a MatrixMarket file under way.
type mtx struct {
	lines                   *bufio.Scanner
	s                       *source
	line                    int
	coordinate, pattern     bool
	mirror                  float64 // what (j, i) is of (i, j): 0, 1 or -1
	rows, columns, promised int
}

// readMTX reads a matrix, sparse or not.
func readMTX(s *source) (mat.Matrix, error) {
	s.lines()
	m := &mtx{lines: bufio.NewScanner(s), s: s}
	m.lines.Buffer(nil, 1<<20)
	if err := m.header(); err != nil {
		return nil, err
	}
	if m.coordinate {
		return m.sparse()
	}
	return m.dense()
}

// next are the fields of the next line that is no comment.
func (m *mtx) next() ([]string, error) {
	for m.lines.Scan() {
		m.line++
		if text := strings.TrimSpace(m.lines.Text()); text != "" && text[0] != '%' {
			return strings.Fields(text), nil
		}
	}
	if err := m.lines.Err(); err != nil {
		return nil, err
	}
	return nil, io.EOF
}

func (m *mtx) header() error {
	m.lines.Scan()
	m.line++
	kind := strings.Fields(strings.ToLower(m.lines.Text()))
	if len(kind) != 5 || kind[0] != "%%matrixmarket" || kind[1] != "matrix" {
		const want = "%%MatrixMarket matrix coordinate real general"
		return errors.Join(fmt.Errorf("line 1: %.80q, want %q", m.lines.Text(), want), m.lines.Err())
	}
	mirror, ok := map[string]float64{"general": 0, "symmetric": 1, "skew-symmetric": -1}[kind[4]]
	m.coordinate, m.pattern, m.mirror = kind[2] == "coordinate", kind[3] == "pattern", mirror
	fields := []string{"real", "integer", "double", "pattern"}
	if !ok || !m.coordinate && (kind[2] != "array" || m.pattern || mirror != 0) || !slices.Contains(fields, kind[3]) {
		return fmt.Errorf("line 1: %q is not read: want coordinate (real, integer or pattern; general or symmetric) or array (general)",
			strings.Join(kind[2:], " "))
	}
	size, err := m.next()
	if err != nil {
		return m.truncated(err, "the line of its size")
	}
	want := 2
	if m.coordinate {
		want = 3
	}
	numbers := make([]int, 3)
	for k, text := range size {
		if k < want {
			numbers[k], err = strconv.Atoi(text)
		}
		if err != nil || numbers[k%3] < 0 {
			return fmt.Errorf("line %d: size %.80q: want %d whole numbers", m.line, strings.Join(size, " "), want)
		}
	}
	if len(size) != want {
		return fmt.Errorf("line %d: size %.80q: want %d whole numbers", m.line, strings.Join(size, " "), want)
	}
	m.rows, m.columns, m.promised = numbers[0], numbers[1], numbers[2]
	return nil
}

func (m *mtx) truncated(err error, what string) error {
	if errors.Is(err, io.EOF) {
		return fmt.Errorf("truncated: the file ends before %s", what)
	}
	return err
}

func (m *mtx) sparse() (mat.Matrix, error) {
	e, err := newEntries(m.rows, m.columns, 0, m.s)
	if err != nil {
		return nil, err
	}
	want := 3
	if m.pattern {
		want = 2
	}
	for k := range m.promised {
		f, err := m.next()
		if err != nil {
			return nil, m.truncated(err, fmt.Sprintf("entry %d of %d", k+1, m.promised))
		}
		if len(f) != want {
			return nil, fmt.Errorf("line %d: %d fields, want %d", m.line, len(f), want)
		}
		i, errI := strconv.Atoi(f[0])
		j, errJ := strconv.Atoi(f[1])
		v := 1.0
		var errV error
		if !m.pattern {
			v, errV = strconv.ParseFloat(f[2], 64)
		}
		if err := errors.Join(errI, errJ, errV); err != nil {
			return nil, fmt.Errorf("line %d: %w", m.line, err)
		}
		err = e.add(i-1, j-1, v)
		if m.mirror != 0 && i != j && err == nil {
			err = e.add(j-1, i-1, m.mirror*v)
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", m.line, err)
		}
	}
	return e.matrix(), m.ended()
}

func (m *mtx) dense() (mat.Matrix, error) {
	if m.rows < 1 || m.columns < 1 {
		return nil, fmt.Errorf("line %d: an array of %d x %d, want at least one row and one column", m.line, m.rows, m.columns)
	}
	if int64(m.rows) > m.s.room/8/int64(m.columns) {
		return nil, m.s.beyond(fmt.Sprintf("an array of %d x %d", m.rows, m.columns))
	}
	var values rows.Store // grows with what comes
	for k := range m.rows * m.columns {
		f, err := m.next()
		if err != nil {
			return nil, m.truncated(err, fmt.Sprintf("value %d of %d", k+1, m.rows*m.columns))
		}
		v, err := strconv.ParseFloat(f[0], 64)
		if len(f) != 1 || err != nil {
			return nil, fmt.Errorf("line %d: %.80q, want one number", m.line, strings.Join(f, " "))
		}
		values.Add(v)
	}
	values.Turn(m.rows, func(column int) int { return column })
	return affinity.OfRows(values.Rows(m.columns)), m.ended()
}

func (m *mtx) ended() error {
	if f, err := m.next(); err == nil {
		return fmt.Errorf("line %d: %.80q behind the last entry", m.line, strings.Join(f, " "))
	} else if !errors.Is(err, io.EOF) {
		return err
	}
	return nil
}

// cells turns a matrix of genes by cells, as 10x Genomics' programs write it, and names both: those of a file
// matrix.mtx that has barcodes.tsv and features.tsv (or genes.tsv) beside it, of as many lines as it has columns and rows.
func (d *Data) cells(path string, most int64) error {
	x, sparse := d.X.(affinity.CSR)
	barcodes, features := beside(path, "barcodes.tsv"), beside(path, "features.tsv", "genes.tsv")
	if !sparse || barcodes == "" || features == "" {
		return nil
	}
	names := func(path string, column int) ([]string, error) {
		lines, err := fromFile(path, most, labelLines)
		for k, line := range lines {
			f := strings.Split(line, "\t")
			lines[k] = f[min(column, len(f)-1)]
		}
		return lines, err
	}
	rows, err := names(barcodes, 0)
	if err != nil {
		return fmt.Errorf("%s: %w", barcodes, err)
	}
	columns, err := names(features, 1) // an identifier, and then the gene's symbol
	if err != nil {
		return fmt.Errorf("%s: %w", features, err)
	}
	if len(rows) != x.Columns || len(columns) != x.Rows {
		return fmt.Errorf("%d x %d: want the %d lines of %s by the %d of %s",
			x.Rows, x.Columns, len(columns), features, len(rows), barcodes)
	}
	e := &entries{rows: x.Columns, columns: x.Rows}
	for i := range x.Rows {
		for k := x.Start[i]; k < x.Start[i+1]; k++ {
			e.all = append(e.all, entry{x.Index[k], int32(i), x.Values[k]})
		}
	}
	d.X, d.RowNames, d.Columns = e.matrix(), rows, columns
	d.Source += " (turned: a row a cell)"
	return nil
}

// beside is the first of some files that stands beside matrix.mtx, with what comes before that name, packed or not; "":
// none.
func beside(path string, names ...string) string {
	folder, base := filepath.Split(path)
	before, _, ok := strings.Cut(base, "matrix.mtx")
	if !ok {
		return ""
	}
	for _, name := range names {
		for _, packed := range []string{"", ".gz"} {
			other := filepath.Join(folder, before+name+packed)
			if _, err := os.Stat(other); err == nil {
				return other
			}
		}
	}
	return ""
}
