package prepare

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"affmatch/internal/fault"
	"affmatch/internal/pca"
	"affmatch/internal/rows"
	"affmatch/internal/same"
)

// log1p puts log(1 + x) in the place of x, sparse where x is; single: rounded to float32.
func log1p(x rows.Rows, single bool) error {
	return x.Map(func(i, j int, v float64) (float64, error) {
		if v <= -1 {
			return 0, fault.Field(fmt.Sprintf("prepare: Log1p: X[%d,%d]", i, j), v, "more than -1 (are these counts?)")
		}
		return rounded(same.Log1p(v), single), nil
	})
}

func rounded(v float64, single bool) float64 {
	if single {
		return float64(float32(v))
	}
	return v
}

// standards are those of dense columns, by the standard deviation over n, as scikit-learn's StandardScaler. A column is
// first brought to numbers about 1, by a power of two: squares of 1e-200 vanish, and those of 1e200 are infinite.
func standards(x rows.Rows) []Standard {
	all, squares := make([]Standard, x.Dim), make([]float64, x.Dim)
	buf, n := make([]float64, x.Dim), float64(x.N)
	for i := range x.N { // Scale is the largest size of a column for the while
		for j, v := range x.Wide(i, buf) {
			all[j].Scale = max(all[j].Scale, math.Abs(v))
		}
	}
	for j := range all {
		_, exponent := math.Frexp(all[j].Scale)
		all[j] = Standard{Exponent: -exponent}
	}
	for i := range x.N {
		for j, v := range x.Wide(i, buf) {
			all[j].Mean += math.Ldexp(v, all[j].Exponent) / n
		}
	}
	for i := range x.N {
		for j, v := range x.Wide(i, buf) {
			d := math.Ldexp(v, all[j].Exponent) - all[j].Mean
			squares[j] += float64(d*d) / n
		}
	}
	for j := range all {
		if sd := math.Sqrt(squares[j]); sd > 1e-14*math.Abs(all[j].Mean) { // below that the column is constant but for rounding
			all[j].Scale = 1 / sd
		}
	}
	return all
}

// standardize puts the standardized numbers in the place of dense ones; single: rounded to float32.
func standardize(x rows.Rows, by []Standard, single bool) {
	_ = x.Map(func(_, j int, v float64) (float64, error) { return rounded(by[j].of(v), single), nil }) // it has no error
}

// dense is x with its zeros, as its numbers would be held in a file of all of them.
func dense(x rows.Rows) rows.Rows {
	if !x.Sparse() {
		return x
	}
	var all rows.Store
	all.Reserve(x.N * x.Dim)
	buf := make([]float64, x.Dim)
	for i := range x.N {
		for _, v := range x.Wide(i, buf) {
			all.Add(v)
		}
	}
	return all.Rows(x.Dim)
}

// components are the scores of the first m, of sparse rows without a dense copy.
func (how *Preparation) components(ctx context.Context, x rows.Rows, m int, seed uint64) (rows.Rows, error) {
	o := pca.Defaults()
	o.Seed = seed
	r, err := pca.Scores(ctx, x, m, o)
	if err != nil {
		return rows.Rows{}, fmt.Errorf("prepare: PCA: %w", err)
	}
	how.Mean = r.Mean
	for k := range m {
		how.Axes = append(how.Axes, r.Axes[k*x.Dim:(k+1)*x.Dim])
	}
	return rows.Rows{N: x.N, Dim: m, F64: r.Scores}, nil
}

// sum is the SHA-256 of the sizes and the numbers, in float64 whatever holds them, of sparse ones with their places.
func sum(x rows.Rows) string {
	h := sha256.New()
	b := binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(nil, uint64(x.N)), uint64(x.Dim))
	buf := make([]float64, x.Dim)
	for i := range x.N {
		if x.Sparse() {
			index, values := x.Entries(i)
			for e, j := range index {
				b = binary.LittleEndian.AppendUint32(b, uint32(j))
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(values[e]))
			}
			b = append(b, 0xff)
		} else {
			for _, v := range x.Wide(i, buf) {
				b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
			}
		}
		h.Write(b)
		b = b[:0]
	}
	return hex.EncodeToString(h.Sum(nil))
}
