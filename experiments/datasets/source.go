package datasets

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// deflateRatio is the most that one byte of a deflate stream can become (zlib's technical notes: 1032 to 1).
const deflateRatio = 1032

// A source is a stream of bytes with a bound on what can still follow: no header may promise more.
type source struct {
	*bufio.Reader
	most   int64
	packed bool  // most is far from certain
	room   int64 // bytes of memory that may still be made of it
	bound  int64 // room at the start
	closes []io.Closer

	kind string   // of format
	sum  string   // SHA-256 of what came through File.Input; "": it is a file of its own
	file *os.File // that the source is all of; nil: it is packed, or in memory
}

// table says that the format has columns with names, among them perhaps labels.
func (s *source) table() bool { return tables[s.kind] != nil }

// What may be made of a file where nothing else is asked for: some of any file, and more of a large one. Packed counts of
// cells take some forty times their size, images of digits as much.
const (
	boundOfAny  = 256 << 20
	boundByByte = 64
	lineShare   = 32 // a line may have this part of the bound: a field takes so much more memory than its comma
)

// boundOf is the bound for a file of some bytes; asked: in its place.
func boundOf(size, asked int64) int64 {
	if asked > 0 {
		return asked
	}
	return boundOfAny + boundByByte*min(size, 1<<50)
}

// open gives the content of a file, unpacked where it is packed; most bounds the memory that may be made of it, 0: as its
// size allows. What is no regular file, and might never end, is not opened.
func open(path string, most int64) (*source, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("not a regular file")
	}
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	return openFile(f, path, most)
}

// openFile is open of a file of some name that is open already, and closed on an error.
func openFile(f *os.File, name string, most int64) (*source, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	bound := boundOf(info.Size(), most)
	s := &source{Reader: bufio.NewReaderSize(f, 1<<16), most: info.Size(), closes: []io.Closer{f}, room: bound,
		bound: bound, file: f}
	start, _ := s.Peek(4)
	if p := packingOf(name, start); p != nil {
		if s, err = s.unpack(p); err != nil {
			return nil, errors.Join(err, f.Close())
		}
	}
	start, _ = s.Peek(512) // an error comes again
	s.kind = kindOf(name, start)
	return s, nil
}

// StandardInput and the SHA-256 of what came through it are what data without a file of their own are called.
const StandardInput = "stdin:"

// open is the file's source, or what comes through Input, by way of a file of no name.
func (f File) open() (*source, error) {
	if f.Input == nil {
		return open(f.Path, f.most())
	}
	spool, err := os.CreateTemp("", "affmatch-input-")
	if err != nil {
		return nil, err
	}
	removed := os.Remove(spool.Name()) == nil // where a file that is open can be removed, nothing stays of it, whatever happens
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(spool, h), f.Input)
	if err == nil {
		_, err = spool.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(err, spool.Close())
	}
	s, err := openFile(spool, "", f.most())
	if err != nil {
		return nil, err
	}
	s.sum = hex.EncodeToString(h.Sum(nil))
	if !removed {
		s.closes = append(s.closes, gone(spool.Name()))
	}
	return s, nil
}

// gone is a file to be removed.
type gone string

func (g gone) Close() error { return os.Remove(string(g)) }

// whole is all of the content for one who reads here and there: the file itself, or what was packed, in memory.
func (s *source) whole() (io.ReaderAt, int64, error) {
	if s.file != nil {
		return s.file, s.most, nil
	}
	b, err := io.ReadAll(io.LimitReader(s, s.bound+1))
	if int64(len(b)) > s.bound {
		err = s.beyond("its archive")
	}
	return bytes.NewReader(b), int64(len(b)), err
}

// inMemory is the source of bytes at hand.
func inMemory(b []byte) *source {
	bound := boundOf(int64(len(b)), 0)
	return &source{Reader: bufio.NewReader(bytes.NewReader(b)), most: int64(len(b)), room: bound, bound: bound}
}

// charge takes memory from what may be made of the file.
func (s *source) charge(bytes int64) error {
	if s.room -= bytes; s.room < 0 {
		return s.beyond("its content")
	}
	return nil
}

func (s *source) beyond(what string) error {
	return fmt.Errorf("%s takes more memory than the %d MB allowed for a file of its size: if it is what it should be, raise MaxMB (-max-mb)",
		what, s.bound>>20)
}

// lines lets text through that has lines of a length that can be, and not more of it than the bound.
func (s *source) lines() { s.Reader = bufio.NewReaderSize(&bounded{s: s, from: s.Reader}, 1<<16) }

type bounded struct {
	s         *source
	from      io.Reader
	all, line int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.from.Read(p)
	b.all += int64(n)
	first, last := bytes.IndexByte(p[:n], '\n'), bytes.LastIndexByte(p[:n], '\n')
	switch {
	case first < 0:
		b.line += int64(n)
	case b.line+int64(first) <= b.s.bound/lineShare:
		b.line = int64(n - last - 1)
	default:
		b.line += int64(first)
	}
	if b.line > b.s.bound/lineShare {
		return 0, b.s.beyond(fmt.Sprintf("a line of more than %d bytes", b.s.bound/lineShare))
	}
	if b.all > b.s.bound {
		return 0, b.s.beyond("its text")
	}
	return n, err
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
