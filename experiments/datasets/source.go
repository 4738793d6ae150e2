package datasets

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// deflateRatio is the most that one byte of a deflate stream can become (zlib's technical notes: 1032 to 1).
const deflateRatio = 1032

// A source is a stream of bytes with a bound on what can still follow: no header may promise more.
type source struct {
	*bufio.Reader
	most   int64
	packed bool // most is far from certain
	closes []io.Closer
}

// open gives the content of a file, unpacked if its name ends in .gz.
func open(path string) (*source, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &source{Reader: bufio.NewReaderSize(f, 1<<16), most: info.Size(), closes: []io.Closer{f}}
	if strings.EqualFold(filepath.Ext(path), ".gz") {
		z, err := gzip.NewReader(s.Reader)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("gzip: %w", err), f.Close())
		}
		s = &source{Reader: bufio.NewReaderSize(z, 1<<16), most: unpacked(info.Size()), packed: true, closes: []io.Closer{z, f}}
	}
	return s, nil
}

// inMemory is the source of bytes at hand.
func inMemory(b []byte) *source {
	return &source{Reader: bufio.NewReader(bytes.NewReader(b)), most: int64(len(b))}
}

// unpacked bounds what n bytes of deflate can unpack to.
func unpacked(n int64) int64 { return min(n, 1<<50) * deflateRatio }

// take reads exactly len(b) bytes of what.
func (s *source) take(b []byte, what string) error {
	got, err := io.ReadFull(s, b)
	s.most -= int64(got)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return fmt.Errorf("truncated: the file ends within %s", what)
	}
	return err
}

// end reads on to the end, where gzip and zip check their sums, and refuses further bytes.
func (s *source) end() error {
	rest, err := io.Copy(io.Discard, s)
	if err != nil {
		return err
	}
	if rest > 0 {
		return fmt.Errorf("%d bytes follow the array: not one array, or its header is wrong", rest)
	}
	return nil
}

func (s *source) Close() error {
	var errs []error
	for _, c := range s.closes {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}
