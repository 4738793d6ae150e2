package runs

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"

	"affmatch/experiments/prepare"

	"gonum.org/v1/gonum/mat"
)

// inputs fills in the SHA-256 of what a fit takes from files: the prepared rows, their classes or values, and the start.
func (c *Config) inputs(d *prepare.Prepared, start mat.Matrix) {
	c.SHA256, c.LabelsSHA256, c.StartSHA256 = d.SHA256, labelsSum(d), StartSum(start)
}

// Changed says which of the files that a config names are not what they were when it was written. Of configs that do not
// say what their files were, nobody knows.
func (c Config) Changed(d *prepare.Prepared, start mat.Matrix) (what []string) {
	now := c
	now.inputs(d, start)
	for _, s := range []struct{ is, was, name, path string }{
		{now.SHA256, c.SHA256, "data", c.Data.In},
		{now.LabelsSHA256, c.LabelsSHA256, "labels", cmp.Or(c.Data.Labels, c.Data.In)},
		{now.StartSHA256, c.StartSHA256, "start", c.Start},
	} {
		if s.was != "" && s.is != s.was {
			const text = "the %s of %s are not those of the config: SHA-256 %.12s, then %.12s"
			what = append(what, fmt.Sprintf(text, s.name, s.path, cmp.Or(s.is, "of nothing"), s.was))
		}
	}
	return what
}

// labelsSum is the SHA-256 of the classes and their names, or of the values; "": there are none.
func labelsSum(d *prepare.Prepared) string {
	switch {
	case d.Labels != nil:
		return sum(fmt.Appendf(nil, "%q %d", d.Names, d.Labels))
	case d.Values != nil:
		return sum(fmt.Append(nil, d.Values))
	}
	return ""
}

// StartSum is the SHA-256 of a start; "" of none.
func StartSum(z mat.Matrix) string {
	if z == nil {
		return ""
	}
	n, dim := z.Dims()
	b := binary.LittleEndian.AppendUint64(nil, uint64(dim))
	for i := range n {
		for j := range dim {
			b = binary.LittleEndian.AppendUint64(b, math.Float64bits(z.At(i, j)))
		}
	}
	return sum(b)
}

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}
