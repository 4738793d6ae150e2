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

// Array adds an array as the member name.npy, and gives the SHA-256 of its bytes.
func (w *Writer) Array(name string, a Array) (sum string, err error) {
	b, err := a.encode()
	if err != nil {
		return "", fmt.Errorf("%s: %w", name, err)
	}
	return Sum(b), w.Bytes(name+".npy", b)
}

// Sum is the SHA-256 of bytes.
func Sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// Bytes adds a member as it is.
func (w *Writer) Bytes(name string, b []byte) error {
	m, err := w.z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
	if err == nil {
		_, err = m.Write(b)
	}
	return err
}

// Close writes the end of the file.
func (w *Writer) Close() error { return w.z.Close() }

// Reader finds the members of a file.
type Reader struct {
	members map[string]*zip.File
	size    int64
}

// NewReader reads a file of so many bytes.
func NewReader(r io.ReaderAt, size int64) (*Reader, error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("npz: truncated, or no such file: %w", err)
	}
	members := map[string]*zip.File{}
	for _, f := range z.File {
		switch {
		case members[f.Name] != nil:
			return nil, fault.Field("npz: "+f.Name, "two members", "one")
		case f.Method != zip.Store || f.UncompressedSize64 > uint64(size):
			return nil, fault.Field("npz: "+f.Name, "packed", "stored as it is, as numpy.savez does")
		}
		members[f.Name] = f
	}
	return &Reader{members, size}, nil
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
func (r *Reader) Bytes(name string) ([]byte, error) {
	f := r.members[name]
	if f == nil {
		return nil, fault.Field("npz: "+name, "missing", "a member")
	}
	in, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("npz: %s: %w", name, err)
	}
	b, err := io.ReadAll(io.LimitReader(in, r.size+1)) // whatever the file claims
	if err := errors.Join(err, in.Close()); err != nil {
		return nil, fmt.Errorf("npz: %s: damaged: %w", name, err)
	}
	return b, nil
}

// Array is the array of a name; sum, where it is not "", is the SHA-256 that its bytes must have.
func (r *Reader) Array(name, sum string) (Array, error) {
	b, err := r.Bytes(name + ".npy")
	if err != nil {
		return Array{}, err
	}
	if is := Sum(b); sum != "" && is != sum {
		return Array{}, fault.Field("npz: "+name, "SHA-256 "+is, sum+": damaged, or of another file")
	}
	a, err := decode(b)
	if err != nil {
		return Array{}, fmt.Errorf("%s: %w", name, err)
	}
	return a, nil
}
