package npz

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"

	"affmatch/internal/fault"
)

// Writer writes members one after the other; Close ends the file.
type Writer struct{ z *zip.Writer }

// NewWriter writes to w.
func NewWriter(w io.Writer) *Writer { return &Writer{zip.NewWriter(w)} }

// Array adds an array as the member name.npy, as it goes, and gives the SHA-256 of its bytes.
func (w *Writer) Array(name string, a Array) (sum string, err error) {
	m, err := w.member(name + ".npy")
	if err != nil {
		return "", err
	}
	h := sha256.New()
	if err := a.Encode(io.MultiWriter(m, h)); err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Bytes adds a member as it is.
func (w *Writer) Bytes(name string, b []byte) error {
	m, err := w.member(name)
	if err == nil {
		_, err = m.Write(b)
	}
	return err
}

func (w *Writer) member(name string) (io.Writer, error) {
	return w.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
}

// Close writes the end of the file.
func (w *Writer) Close() error { return w.z.Close() }

// Reader finds the members of a file.
type Reader struct {
	members map[string]*zip.File
	size    int64
}

// NewReader reads a file of so many bytes that Writer wrote.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	members, err := Members(r, size)
	if err != nil {
		return nil, err
	}
	for name, f := range members {
		if f.Method != zip.Store || f.UncompressedSize64 > uint64(size) {
			return nil, fault.Field("npz: "+name, "packed", "stored as it is, as numpy.savez does")
		}
	}
	return &Reader{members, size}, nil
}

// Members are those of any zip, packed or not, by their names, of which there must not be two.
func Members(r io.ReaderAt, size int64) (map[string]*zip.File, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: truncated, or no such file: %w", err)
	}
	members := map[string]*zip.File{}
	for _, f := range z.File {
		if members[f.Name] != nil {
			return nil, fault.Field("npz: "+f.Name, "two members", "one")
		}
		members[f.Name] = f
	}
	return members, nil
}

// Arrays are the names of the arrays.
func (r *Reader) Arrays() (names []string) {
	for name := range r.members {
		if name, ok := strings.CutSuffix(name, ".npy"); ok {
			names = append(names, name)
		}
	}
	return names
}

// Bytes is a member as it is.
func (r *Reader) Bytes(name string) (b []byte, err error) {
	err = r.open(name, func(in io.Reader, _ int64) error {
		b, err = io.ReadAll(io.LimitReader(in, r.size+1)) // whatever the file claims
		return err
	})
	if err != nil {
		return nil, err
	}
	return b, nil
}

func (r *Reader) open(name string, read func(in io.Reader, size int64) error) error {
	f := r.members[name]
	if f == nil {
		return fault.Field("npz: "+name, "missing", "a member")
	}
	in, err := f.Open()
	if err != nil {
		return fmt.Errorf("npz: %s: %w", name, err)
	}
	if err := errors.Join(read(in, int64(f.UncompressedSize64)), in.Close()); err != nil {
		return fmt.Errorf("npz: %s: damaged: %w", name, err)
	}
	return nil
}

// Array is the array of a name; sum, where it is not "", is the SHA-256 that its bytes must have.
func (r *Reader) Array(name, sum string) (a Array, err error) {
	h := sha256.New()
	var form error // of the array, which is looked at first, and told last
	err = r.open(name+".npy", func(in io.Reader, size int64) error {
		all := io.TeeReader(in, h)
		a, form = read(all, size)
		_, err := io.Copy(io.Discard, all) // to the checksum of the zip
		return err
	})
	if err != nil {
		return Array{}, err
	}
	if is := hex.EncodeToString(h.Sum(nil)); sum != "" && is != sum {
		return Array{}, fault.Field("npz: "+name, "SHA-256 "+is, sum+": damaged, or of another file")
	}
	if form != nil {
		return Array{}, fmt.Errorf("%s: %w", name, form)
	}
	return a, nil
}
