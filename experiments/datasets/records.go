package datasets

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"golang.org/x/text/encoding/unicode"
)

// records are the lines of separated text, taken apart.
type records struct {
	*csv.Reader
	skipped int      // lines of comments before the first line
	comment []string // the fields of the last of them; nil: there are none
}

// A record is one line and where it begins.
type record struct {
	line   int
	fields []string
}

// readRecords finds out how a text is written: its encoding by its first bytes (UTF-8, or UTF-16 with a byte order
// mark), its comments, which begin with #, and, unless it is known, what separates its fields.
func readRecords(s *source, separator rune) (*records, error) {
	mark, _ := s.Peek(3)
	switch {
	case string(mark) == "\xEF\xBB\xBF": // the byte order mark that Excel writes
		if _, err := s.Discard(3); err != nil {
			return nil, err
		}
	case len(mark) > 1 && (string(mark[:2]) == "\xFF\xFE" || string(mark[:2]) == "\xFE\xFF"):
		s.Reader = bufio.NewReaderSize(unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Reader(s.Reader), 1<<16)
	}
	s.lines()
	r, last := &records{}, ""
	for {
		if start, err := s.Peek(1); err != nil || start[0] != '#' {
			break // an error comes again with the first line
		}
		line, err := s.ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		r.skipped++
		last = strings.TrimSpace(strings.TrimLeft(line, "# "))
	}
	start, _ := s.Peek(1 << 16)
	if separator == 0 {
		separator = guessSeparator(string(start))
	}
	r.Reader = reader(s, separator)
	if last != "" {
		if fields, err := reader(strings.NewReader(last), separator).Read(); err == nil {
			r.comment = fields
		}
	}
	return r, nil
}

func reader(from io.Reader, separator rune) *csv.Reader {
	in := csv.NewReader(from)
	in.Comma, in.FieldsPerRecord, in.TrimLeadingSpace = separator, -1, separator == ' '
	return in
}

// next is the next line.
func (r *records) next() (record, error) {
	fields, err := r.Read()
	if err != nil {
		var at *csv.ParseError
		if errors.As(err, &at) {
			return record{}, fmt.Errorf("line %d, byte %d: %w", at.Line+r.skipped, at.Column, at.Err)
		}
		return record{}, err
	}
	line, _ := r.FieldPos(0)
	if last := len(fields) - 1; r.Comma == ' ' && last > 0 && fields[last] == "" { // blanks at the end separate nothing
		fields = fields[:last]
	}
	return record{line + r.skipped, fields}, nil
}

// guessSeparator is the one that makes numbers of most fields of the last of the first lines; of two as good, the one that
// takes all of them apart in as many fields, then the one that makes more numbers. What has none is taken apart at commas.
func guessSeparator(start string) rune {
	lines := strings.SplitAfterN(start, "\n", 4)
	if whole := len(lines) - 1; whole > 0 {
		lines = lines[:min(whole, 3)] // what is not whole may end within a field
	}
	lines = slices.DeleteFunc(lines, func(l string) bool { return strings.TrimSpace(l) == "" })
	best, most := ',', fitness{}
	for _, separator := range []rune{',', '\t', ';', '|', ' '} {
		if f := fitnessOf(separator, lines); f.better(most) {
			best, most = separator, f
		}
	}
	return best
}

// fitness is how well a separator takes lines apart.
type fitness struct {
	share           float64 // of fields of the last line that are numbers
	even            bool    // all lines have as many fields
	numbers, fields int     // in the last line; blanks make no fields of text
}

func fitnessOf(separator rune, lines []string) (f fitness) {
	f.even = true
	for k, line := range lines {
		in := reader(strings.NewReader(line), separator)
		in.LazyQuotes = true
		all, err := in.Read()
		if err != nil {
			return fitness{}
		}
		fields := slices.DeleteFunc(all, func(s string) bool { return s == "" })
		f.even = f.even && (k == 0 || len(fields) == f.fields)
		f.numbers, f.fields = 0, len(fields)
		for _, s := range fields {
			if _, sign, ok := parseNumber(s); ok && (sign != ',' || separator != ',') {
				f.numbers++
			}
		}
	}
	f.share = float64(f.numbers) / float64(max(1, f.fields))
	if separator == ' ' && f.numbers == 0 {
		f.fields = 0
	}
	return f
}

func (f fitness) better(than fitness) bool {
	switch {
	case f.share != than.share:
		return f.share > than.share
	case f.even != than.even && f.fields > 1:
		return f.even
	case f.numbers != than.numbers:
		return f.numbers > than.numbers
	}
	return f.fields > than.fields
}
