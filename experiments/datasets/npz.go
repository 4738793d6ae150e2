package datasets

import (
	"archive/zip"
	"bufio"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"affmatch/internal/npz"

	"gonum.org/v1/gonum/mat"
)

// Names under which an npz file may hold the points and the classes, in order of preference. arr_0 is what numpy.savez
// calls an array without a name.
var (
	pointNames = []string{"X", "x", "data", "features", "embedding", "arr_0"}
	labelNames = []string{"y", "labels", "label", "target", "classes"}
)

// matrixOf makes points of what was read.
type matrixOf func() (mat.Matrix, error)

// readNPZ gives the points, nil where there are labels alone, and the labels, nil where there are none, of a zip of npy
// files, or a sparse matrix of scipy's.
func readNPZ(s *source) (x matrixOf, y *array, err error) {
	r, size, err := s.whole()
	if err != nil {
		return nil, nil, err
	}
	bound := s.bound
	members, err := npz.Members(r, size)
	if err != nil {
		return nil, nil, err
	}
	files := map[string]*zip.File{}
	for name, f := range members {
		if name, ok := strings.CutSuffix(path.Base(name), ".npy"); ok {
			files[name] = f
		}
	}
	names := slices.Sorted(maps.Keys(files))
	if files["format"] != nil && files["shape"] != nil && files["data"] != nil {
		return func() (mat.Matrix, error) { return readSparse(files, size, bound) }, nil, nil
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
	var points *array
	if len(names) == 1 {
		points = pick(names)
	} else {
		points, y = pick(pointNames), pick(labelNames)
	}
	switch {
	case err != nil:
	case points == nil && y == nil:
		err = fmt.Errorf("npz: holds the arrays %q: want the points under one of %q", names, pointNames)
	case points != nil:
		x = func() (mat.Matrix, error) { return points.matrix() }
	}
	return x, y, err
}

// readSparse reads what scipy.sparse.save_npz writes.
func readSparse(files map[string]*zip.File, size, bound int64) (mat.Matrix, error) {
	a := &sparseArrays{of: map[string]*array{}}
	for _, name := range []string{"format", "shape", "data", "indices", "indptr", "row", "col", "offsets"} {
		if files[name] == nil {
			continue
		}
		of, err := readMember(files[name], size, bound)
		if err != nil {
			return nil, fmt.Errorf("array %s: %w", name, err)
		}
		a.of[name] = of
	}
	shape, err := a.indices("shape", 2)
	if err != nil {
		return nil, fmt.Errorf("sparse matrix: %w", err)
	}
	if a.shape = [2]int(shape); len(a.of["format"].text) != 1 {
		return nil, fmt.Errorf("sparse matrix: array format of shape %v, want one name", a.of["format"].shape)
	}
	a.format = a.of["format"].text[0]
	return a.matrix(&source{room: bound, bound: bound})
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
