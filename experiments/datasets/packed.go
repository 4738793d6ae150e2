package datasets

import (
	"bufio"
	"compress/bzip2"
	"compress/gzip"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/klauspost/compress/zstd"
)

// A packing is a way to pack files: the end of their names, how they begin, and what unpacks them.
type packing struct {
	name, ending, start string
	most                int64 // bytes that one byte can become
	open                func(r io.Reader, bound int64) (io.ReadCloser, error)
}

// beyondAny is for packings that have no limit of their own: what comes out is counted then.
const beyondAny = 1 << 40

var packings = []packing{
	{"gzip", ".gz", "\x1f\x8b\x08", deflateRatio, func(r io.Reader, _ int64) (io.ReadCloser, error) {
		return gzip.NewReader(r)
	}},
	{"bzip2", ".bz2", "BZh", beyondAny, func(r io.Reader, _ int64) (io.ReadCloser, error) {
		return io.NopCloser(bzip2.NewReader(r)), nil
	}},
	{"zstd", ".zst", "\x28\xb5\x2f\xfd", beyondAny, func(r io.Reader, bound int64) (io.ReadCloser, error) {
		z, err := zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(uint64(bound)))
		if err != nil {
			return nil, err
		}
		return z.IOReadCloser(), nil
	}},
}

// packingOf is the one that a name or a beginning tells; nil: it is not packed.
func packingOf(name string, start []byte) *packing {
	ext := filepath.Ext(name)
	for k, p := range packings {
		if strings.EqualFold(ext, p.ending) || strings.HasPrefix(string(start), p.start) {
			return &packings[k]
		}
	}
	return nil
}

// unpack is the source of what a packed one becomes.
func (s *source) unpack(p *packing) (*source, error) {
	r, err := p.open(s.Reader, s.bound)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.name, err)
	}
	return &source{
		Reader: bufio.NewReaderSize(r, 1<<16), most: min(s.most, 1<<50/p.most) * p.most, packed: true,
		closes: append([]io.Closer{r}, s.closes...), room: s.room, bound: s.bound,
	}, nil
}

// unpackedName is a name without what says that the file is packed.
func unpackedName(name string) string {
	if p := packingOf(name, nil); p != nil {
		return name[:len(name)-len(p.ending)]
	}
	return name
}
