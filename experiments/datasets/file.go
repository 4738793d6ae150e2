package datasets

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"affmatch/affinity"
)

// A File says where a set of points lies and what its labels are.
type File struct {
	// Path of the points, a row a point: .npy, .npz (of numpy.savez or scipy.sparse.save_npz), .mtx (MatrixMarket;
	// with 10x Genomics' barcodes.tsv and features.tsv beside it a row a cell), .csv, .tsv, .txt (separated by commas,
	// semicolons, tabs, bars or blanks, whatever the name says) or IDX ("...-idx3-ubyte", ".idx"), each also .gz. An image a
	// row becomes its pixels, row by row.
	Path string

	// Labels is a file that ReadLabels reads. Real numbers there become Data.Values. Empty: what Path itself holds.
	// The same as Path: the last column of that text file, or LabelColumn.
	Labels string

	// LabelColumn of a text file: a name of its header, or FirstColumn, LastColumn, NoLabels. Empty: the last column, if it
	// holds text or its header says so (label, class, target, type, ...); a last column of bare numbers is data.
	LabelColumn string

	// RowNames of a text file are in the column of that name, FirstColumn, or in none (NoLabels). Empty: the first column,
	// if it has no name in the header, or one that says so (id, name, cell, ...) over text.
	RowNames string

	// Columns of a text file to read, by name; nil: all but labels and names of rows. Drop leaves some of them out.
	Columns, Drop []string

	// MaxMB bounds the memory, in 2^20 bytes, that a file may take: a small one can unpack to anything. 0: 256, and 64 times
	// what the file has on the disk.
	MaxMB int
}

// Read reads a file of points: File{Path: path}.Read().
func Read(path string) (*Data, error) { return File{Path: path}.Read() }

// Read reads the points and labels. The error names the file and the place in it.
func (f File) Read() (*Data, error) {
	d, err := f.read()
	if err != nil {
		return nil, fmt.Errorf("datasets: %s: %w", f.Path, err)
	}
	if f.Labels != "" && !f.labelsInText() {
		texts, err := readLabelTexts(f.Labels, f.most())
		if err == nil {
			err = d.label(withoutHeader(texts, d))
		}
		if err != nil {
			return nil, fmt.Errorf("datasets: labels: %s: %w", f.Labels, err)
		}
	}
	if err := d.Validate(); err != nil {
		return nil, fmt.Errorf("%w (file %s)", err, f.Path)
	}
	return d, nil
}

// withoutHeader leaves out the name of a column that stands above one label for each row, 0 as pandas writes it.
func withoutHeader(texts []string, d *Data) []string {
	if n, _ := d.Dims(); len(texts) == n+1 && (texts[0] == "0" || isLabelHeader(texts[:1])) {
		return texts[1:]
	}
	return texts
}

func (f File) read() (*Data, error) {
	base := strings.TrimSuffix(filepath.Base(f.Path), ".gz")
	d := &Data{Name: strings.TrimSuffix(base, filepath.Ext(base)), Source: f.Path}
	kind, _ := formatOf(f.Path)
	column := f.LabelColumn
	if column == "" && f.labelsInText() {
		column = LastColumn
	}
	if column != "" && !isTextFile(f.Path) {
		return nil, fmt.Errorf("label column %q: only text files have columns of labels", column)
	}
	var err error
	switch kind {
	case "npy", "idx":
		var a *array
		if a, err = fromFile(f.Path, f.most(), arrayReaders[kind]); err == nil {
			d.X, err = a.matrix()
		}
	case "npz":
		var x matrixOf
		var y *array
		if x, y, err = openNPZ(f.Path, f.most()); err == nil && x == nil {
			err = fmt.Errorf("npz: labels alone: want the points under one of %q", pointNames)
		}
		if err == nil {
			d.X, err = x()
		}
		if err == nil && y != nil {
			err = d.labelArray(y)
		}
	case "mtx":
		if d.X, err = fromFile(f.Path, f.most(), readMTX); err == nil {
			err = d.cells(f.Path, f.most())
		}
	case "csv", "tsv", "txt":
		var t *table
		f.LabelColumn = column
		t, err = fromFile(f.Path, f.most(), func(s *source) (*table, error) { return readTable(s, f, 0) })
		if err == nil {
			err = d.fill(t)
		}
	default:
		err = errors.New("unknown format: want .npy, .npz, .mtx, .csv, .tsv, .txt or IDX (-idx3-ubyte, .idx), each also .gz")
	}
	return d, err
}

// most is MaxMB in bytes.
func (f File) most() int64 { return int64(min(max(f.MaxMB, 0), 1<<40)) << 20 }

// labelsInText says whether the labels are a column of the text file that holds the points.
func (f File) labelsInText() bool { return f.Labels == f.Path && isTextFile(f.Path) }

func isTextFile(path string) bool {
	kind, _ := formatOf(path)
	return slices.Contains([]string{"csv", "tsv", "txt"}, kind)
}

// fill takes over a table's numbers and labels.
func (d *Data) fill(t *table) error {
	if t.cols == 0 {
		return errors.New("no column of numbers beside the labels")
	}
	d.X, d.RowNames = affinity.OfRows(t.data.Rows(t.cols)), t.rowNames
	if t.header != nil {
		for j, data := range t.numbers {
			if data {
				d.Columns = append(d.Columns, t.header[j])
			}
		}
	}
	if t.labels == nil {
		return nil
	}
	return d.label(t.labels)
}

func (d *Data) labelArray(y *array) error {
	texts, err := y.texts()
	if err != nil {
		return err
	}
	return d.label(texts)
}

// label replaces classes and values by those in texts.
func (d *Data) label(texts []string) (err error) {
	d.Labels, d.Names, d.Values, err = classify(texts)
	return err
}

var idxName = regexp.MustCompile(`(^|[-._])idx[0-9]*(-ubyte)?$`)

// formatOf tells the format by the name: npy, npz, csv, tsv, txt, idx or empty; packed: it ends in .gz.
func formatOf(path string) (kind string, packed bool) {
	base, packed := strings.CutSuffix(strings.ToLower(filepath.Base(path)), ".gz")
	if idxName.MatchString(base) {
		return "idx", packed
	}
	switch ext := strings.TrimPrefix(filepath.Ext(base), "."); ext {
	case "npy", "npz", "mtx", "csv", "tsv", "txt":
		return ext, packed
	}
	return "", packed
}

var arrayReaders = map[string]func(*source) (*array, error){"npy": readNPY, "idx": readIDX}

// fromFile opens, reads and closes.
func fromFile[T any](path string, most int64, read func(*source) (T, error)) (T, error) {
	s, err := open(path, most)
	if err != nil {
		var none T
		return none, err
	}
	defer s.Close()
	return read(s)
}

// openNPZ reads the zip archive whole, because its table of contents stands at its end.
func openNPZ(path string, most int64) (x matrixOf, y *array, err error) {
	var bound int64
	b, err := fromFile(path, most, func(s *source) ([]byte, error) {
		bound = s.bound
		b, err := io.ReadAll(io.LimitReader(s, s.bound+1))
		if int64(len(b)) > s.bound {
			err = s.beyond("its archive")
		}
		return b, err
	})
	if err != nil {
		return nil, nil, err
	}
	return readNPZ(bytes.NewReader(b), int64(len(b)), bound)
}
