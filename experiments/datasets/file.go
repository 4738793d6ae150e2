package datasets

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"affmatch/affinity"
)

// A File says where a set of points lies and what its labels are.
type File struct {
	// Path of the points, a row a point: .npy, .npz (of numpy.savez or scipy.sparse.save_npz), .mtx (MatrixMarket;
	// with 10x Genomics' barcodes.tsv and features.tsv beside it a row a cell), .csv, .tsv, .txt (separated by commas,
	// semicolons, tabs, bars or blanks, whatever the name says), .parquet, .arrow or .feather, or IDX ("...-idx3-ubyte",
	// ".idx"). Each may be packed: .gz, .bz2, .zst. A file whose name says nothing is known by how it begins. An image a row
	// becomes its pixels, row by row.
	Path string

	// Input has what a file would hold, in any of the formats, in the place of one; Path is what it is called then. It is
	// written to a temporary file, and the data are named by the SHA-256 of what it held. nil: the file at Path.
	Input io.Reader

	// Labels is a file that ReadLabels reads. Real numbers there become Data.Values. Empty: what Path itself holds.
	// The same as Path: the last column of that text file, or LabelColumn.
	Labels string

	// LabelColumn of a file with named columns (text, Parquet, Arrow): a name of its header, or FirstColumn, LastColumn,
	// NoLabels. Empty: the last column, if it holds text or its header says so (label, class, target, type, ...); a last
	// column of bare numbers is data.
	LabelColumn string

	// RowNames of such a file are in the column of that name, FirstColumn, or in none (NoLabels). Empty: the first column,
	// if it has no name in the header, or one that says so (id, name, cell, ...) over text.
	RowNames string

	// Columns of such a file to read, by name; nil: all but labels and names of rows. Drop leaves some of them out.
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
	if f.Labels != "" && !f.labelsInside() {
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
	s, err := f.open()
	if err != nil {
		return nil, err
	}
	defer s.Close() //nolint:errcheck // of what has been read
	base := unpackedName(filepath.Base(f.Path))
	d := &Data{Name: strings.TrimSuffix(base, filepath.Ext(base)), Source: f.Path}
	if s.sum != "" {
		d.Name, d.Source = "stdin-"+s.sum[:8], StandardInput+s.sum
	}
	if f.LabelColumn == "" && f.labelsInside() {
		f.LabelColumn = LastColumn
	}
	if f.LabelColumn != "" && !s.table() {
		return nil, fmt.Errorf("label column %q: only text, Parquet and Arrow have columns of labels", f.LabelColumn)
	}
	return d, d.fillFrom(s, f)
}

// fillFrom reads a source of any format.
func (d *Data) fillFrom(s *source, f File) error {
	switch s.kind {
	case "npy", "idx":
		a, err := arrayReaders[s.kind](s)
		if err == nil {
			d.X, err = a.matrix()
		}
		return err
	case "npz":
		x, y, err := readNPZ(s)
		if err == nil && x == nil {
			err = fmt.Errorf("npz: labels alone: want the points under one of %q", pointNames)
		}
		if err == nil {
			d.X, err = x()
		}
		if err == nil && y != nil {
			err = d.labelArray(y)
		}
		return err
	case "mtx":
		var err error
		if d.X, err = readMTX(s); err == nil && s.sum == "" {
			err = d.cells(f.Path, f.most())
		}
		return err
	case "h5":
		return errors.New("HDF5 (.h5ad, .h5): Python reads it: experiments/python, or scipy.sparse.save_npz(\"x.npz\", adata.X)")
	case "parquet", "arrow", "csv", "tsv", "txt":
		t, err := tables[s.kind](s, f)
		if err == nil {
			err = d.fill(t)
		}
		return err
	}
	return errors.New("unknown format: want one of " + Formats)
}

// most is MaxMB in bytes.
func (f File) most() int64 { return int64(min(max(f.MaxMB, 0), 1<<40)) << 20 }

// labelsInside says whether the labels are a column of the file that holds the points.
func (f File) labelsInside() bool { return f.Labels == f.Path && !isArray(f.Path) }

// tables are the readers of the formats that have columns with names.
var tables = map[string]func(*source, File) (*table, error){
	"parquet": readParquet, "arrow": readArrow, "csv": readText, "tsv": readText, "txt": readText,
}

func readText(s *source, f File) (*table, error) { return readTable(s, f, 0) }

// fill takes over a table's numbers and labels.
func (d *Data) fill(t *table) error {
	if t.cols == 0 {
		return errors.New("no column of numbers beside the labels")
	}
	d.X, d.RowNames = affinity.OfRows(t.data.Rows(t.cols)), t.rowNames
	if d.Columns = t.names; d.Columns == nil && t.header != nil {
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
