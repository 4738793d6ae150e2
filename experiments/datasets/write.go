package datasets

import (
	"archive/zip"
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"strconv"
	"strings"

	"affmatch/internal/fault"
	"affmatch/internal/npz"
	"affmatch/internal/whole"

	"gonum.org/v1/gonum/mat"
)

// WriteNPY writes m as an npy file of float64. The file appears whole or not at all: it is written beside path and renamed.
func WriteNPY(path string, m mat.Matrix) error {
	err := whole.Write(path, func(w io.Writer) error { return EncodeNPY(w, m) })
	if err != nil {
		return fmt.Errorf("datasets: %s: %w", path, err)
	}
	return nil
}

// EncodeNPY writes m to w in npy format, version 1.0, little-endian float64, row by row.
func EncodeNPY(w io.Writer, m mat.Matrix) error {
	n, p := m.Dims()
	row := make([]float64, p)
	return encodeNPY(w, "<f8", []int{n, p}, func(i int, b []byte) []byte {
		for _, v := range mat.Row(row, i, m) {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
		}
		return b
	})
}

// encodeNPY writes the header and n rows; appendRow appends row i's bytes.
func encodeNPY(w io.Writer, descr string, shape []int, appendRow func(i int, b []byte) []byte) error {
	out := bufio.NewWriterSize(w, 1<<16)
	if err := (npz.Header{Descr: descr, Shape: shape}).Write(out); err != nil {
		return err
	}
	var b []byte
	for i := range shape[0] {
		b = appendRow(i, b[:0])
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return out.Flush()
}

// Write saves d in the format that the name asks for: .npy (X alone), .npz (arrays X and y: Data.Labels as integers,
// or, without classes, Data.Values), .csv or .tsv (a header, the names of the rows where there are any, X's columns,
// and the names of the classes, or the values, in a last column "label"); .csv.gz and .tsv.gz too. Read gives it back.
// The file appears whole or not at all.
func Write(path string, d *Data) error {
	kind, packed := formatOf(path)
	encode := encoders[kind]
	if encode == nil || packed && (!hasColumns(kind) || !strings.EqualFold(filepath.Ext(path), ".gz")) {
		return fmt.Errorf("datasets: %s: cannot write that format: want .npy, .npz, .csv or .tsv (the last two also .gz)", path)
	}
	err := d.Validate()
	if err == nil {
		err = whole.Write(path, func(w io.Writer) error {
			if !packed {
				return encode(w, d)
			}
			z := gzip.NewWriter(w)
			return errors.Join(encode(z, d), z.Close())
		})
	}
	if err != nil {
		return fmt.Errorf("datasets: %s: %w", path, err)
	}
	return nil
}

// Encode writes what Write does, to w, in the format npy, npz, csv or tsv.
func Encode(w io.Writer, format string, d *Data) error {
	encode := encoders[format]
	if encode == nil {
		return fault.Field("datasets: format", format, "npy, npz, csv or tsv")
	}
	err := d.Validate()
	if err == nil {
		err = encode(w, d)
	}
	if err != nil {
		return fmt.Errorf("datasets: %s: %w", format, err)
	}
	return nil
}

var encoders = map[string]func(io.Writer, *Data) error{
	"npy": func(w io.Writer, d *Data) error { return EncodeNPY(w, d.X) },
	"npz": encodeNPZ,
	"csv": func(w io.Writer, d *Data) error { return encodeCSV(w, d, ',') },
	"tsv": func(w io.Writer, d *Data) error { return encodeCSV(w, d, '\t') },
}

func encodeNPZ(w io.Writer, d *Data) error {
	z := zip.NewWriter(w)
	plain := func(name string) *zip.FileHeader { return &zip.FileHeader{Name: name, Method: zip.Store} } // as numpy.savez
	x, err := z.CreateHeader(plain("X.npy"))
	if err == nil {
		err = EncodeNPY(x, d.X)
	}
	if n, _ := d.Dims(); err == nil && (d.Labels != nil || d.Values != nil) {
		descr, bits := "<i8", func(i int) uint64 { return uint64(d.Labels[i]) }
		if d.Labels == nil {
			descr, bits = "<f8", func(i int) uint64 { return math.Float64bits(d.Values[i]) }
		}
		var y io.Writer
		if y, err = z.CreateHeader(plain("y.npy")); err == nil {
			err = encodeNPY(y, descr, []int{n}, func(i int, b []byte) []byte {
				return binary.LittleEndian.AppendUint64(b, bits(i))
			})
		}
	}
	return errors.Join(err, z.Close())
}

func encodeCSV(w io.Writer, d *Data, separator rune) error {
	n, p := d.Dims()
	out := csv.NewWriter(w)
	out.Comma = separator
	named := 0
	if d.RowNames != nil {
		named = 1
	}
	record := make([]string, named+p, named+p+1)
	for j := range p {
		if record[named+j] = "x" + strconv.Itoa(j+1); d.Columns != nil {
			record[named+j] = d.Columns[j]
		}
	}
	if d.Labels != nil || d.Values != nil {
		record = append(record, "label")
	}
	if err := out.Write(record); err != nil {
		return err
	}
	for i := range n {
		if named > 0 {
			record[0] = d.RowNames[i]
		}
		for j := range p {
			record[named+j] = strconv.FormatFloat(d.X.At(i, j), 'g', -1, 64)
		}
		if d.Labels != nil {
			record[named+p] = d.Names[d.Labels[i]]
		} else if d.Values != nil {
			record[named+p] = strconv.FormatFloat(d.Values[i], 'g', -1, 64)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}
