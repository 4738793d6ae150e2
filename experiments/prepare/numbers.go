package prepare

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"affmatch/affinity"
	"affmatch/internal/fault"
	"affmatch/internal/pca"
	"affmatch/internal/rows"
	"affmatch/internal/same"

	"gonum.org/v1/gonum/mat"
)

// log1p is log(1 + x), sparse where x is, in its own memory unless that is somebody else's.
func log1p(x mat.Matrix, own bool) (mat.Matrix, error) {
	take := func(v float64, i, j int) (float64, error) {
		if v <= -1 {
			return 0, fault.Field(fmt.Sprintf("prepare: Log1p: X[%d,%d]", i, j), v, "more than -1 (are these counts?)")
		}
		return same.Log1p(v), nil
	}
	if sparse, ok := x.(affinity.CSR); ok {
		sparse.Values = slices.Clone(sparse.Values)
		for i := range sparse.Rows {
			for e := sparse.Start[i]; e < sparse.Start[i+1]; e++ {
				var err error
				if sparse.Values[e], err = take(sparse.Values[e], i, int(sparse.Index[e])); err != nil {
					return nil, err
				}
			}
		}
		return sparse, nil
	}
	y, ok := x.(*mat.Dense)
	if !ok || !own {
		y = mat.DenseCopyOf(x)
	}
	n, _ := y.Dims()
	for i := range n {
		row := y.RawRowView(i)
		for j, v := range row {
			var err error
			if row[j], err = take(v, i, j); err != nil {
				return nil, err
			}
		}
	}
	return y, nil
}

// standardize divides by the standard deviation over n, as scikit-learn's StandardScaler. A column is first brought to
// numbers about 1, by a power of two: squares of 1e-200 vanish, and those of 1e200 are infinite.
func standardize(x *mat.Dense) []Standard {
	n, p := x.Dims()
	all := make([]Standard, p)
	for j := range p {
		var largest, mean, squares float64
		for i := range n {
			largest = max(largest, math.Abs(x.At(i, j)))
		}
		_, exponent := math.Frexp(largest)
		for i := range n {
			x.Set(i, j, math.Ldexp(x.At(i, j), -exponent))
		}
		for i := range n {
			mean += x.At(i, j) / float64(n)
		}
		for i := range n {
			d := x.At(i, j) - mean
			squares += d * d / float64(n)
		}
		scale := 0.0
		if sd := math.Sqrt(squares); sd > 1e-14*math.Abs(mean) { // below that the column is constant but for rounding
			scale = 1 / sd
		}
		for i := range n {
			x.Set(i, j, (x.At(i, j)-mean)*scale)
		}
		all[j] = Standard{-exponent, mean, scale}
	}
	return all
}

// components are the scores of the first m, of sparse rows without a dense copy.
func (how *Preparation) components(ctx context.Context, x mat.Matrix, m int, seed uint64) (*mat.Dense, error) {
	of, err := rows.Of("prepare: PCA", x)
	if err != nil {
		return nil, err
	}
	o := pca.Defaults()
	o.Seed = seed
	r, err := pca.Scores(ctx, of, m, o)
	if err != nil {
		return nil, fmt.Errorf("prepare: PCA: %w", err)
	}
	how.Mean = r.Mean
	n, p := x.Dims()
	for k := range m {
		how.Axes = append(how.Axes, r.Axes[k*p:(k+1)*p])
	}
	return mat.NewDense(n, m, r.Scores), nil
}

// sum is the SHA-256 of the sizes and the numbers, of sparse ones with their places.
func sum(x mat.Matrix) string {
	n, p := x.Dims()
	h := sha256.New()
	b := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(n)), uint64(p))
	for i := range n {
		switch x := x.(type) {
		case affinity.CSR:
			for e := x.Start[i]; e < x.Start[i+1]; e++ {
				b = binary.LittleEndian.AppendUint32(b, uint32(x.Index[e]))
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(x.Values[e]))
			}
			b = append(b, 0xff)
		case *mat.Dense:
			for _, v := range x.RawRowView(i) {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			}
		}
		h.Write(b)
		b = b[:0]
	}
	return hex.EncodeToString(h.Sum(nil))
}
