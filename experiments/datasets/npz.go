package datasets

import (
	"archive/zip"
	"bufio"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
)

// Names under which an npz file may hold the points and the classes, in order of preference. arr_0 is what numpy.savez
// calls an array without a name.
var (
	pointNames = []string{"X", "x", "data", "features", "embedding", "arr_0"}
	labelNames = []string{"y", "labels", "label", "target", "classes"}
)

// readNPZ gives the points and, where there are any, the labels of a zip of npy files.
func readNPZ(r io.ReaderAt, size, bound int64) (x, y *array, err error) {
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, nil, fmt.Errorf("npz: %w", err)
	}
	files := map[string]*zip.File{}
	var names []string
	for _, f := range z.File {
		if name, ok := strings.CutSuffix(path.Base(f.Name), ".npy"); ok {
			files[name] = f
			names = append(names, name)
		}
	}
	pick := func(want []string) *array {
		i := slices.IndexFunc(want, func(name string) bool { return files[name] != nil })
		if i < 0 || err != nil {
			return nil
		}
		var a *array
		if a, err = readMember(files[want[i]], size, bound); err != nil {
			err = fmt.Errorf("array %s: %w", want[i], err)
		}
		return a
	}
	if len(names) == 1 {
		x = pick(names)
	} else {
		x, y = pick(pointNames), pick(labelNames)
	}
	if err == nil && x == nil {
		err = fmt.Errorf("npz: holds the arrays %q: want the points under one of %q", names, pointNames)
	}
	return x, y, err
}

func readMember(f *zip.File, size, bound int64) (*array, error) {
	if f.CompressedSize64 > uint64(size) {
		return nil, fmt.Errorf("corrupt: %d packed bytes in a file of %d", f.CompressedSize64, size)
	}
	r, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	s := &source{Reader: bufio.NewReaderSize(r, 1<<16), most: int64(f.CompressedSize64), room: bound, bound: bound}
	if f.Method == zip.Deflate {
		s.most, s.packed = unpacked(s.most), true
	}
	return readNPY(s)
}
