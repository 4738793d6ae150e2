package handwritten

import "math"

// Method is a loss that is written out: see the package comment.
type Method uint8

// The methods.
const (
	UMAP Method = iota
	Cauchy
)

// unit is what the attraction's loss is a multiple of.
func (m Method) unit() float64 {
	if m == UMAP {
		return math.Ln2
	}
	return 1
}

// term is the loss of a pair of weight 1, and its derivative by c without c^(b-1) and the factors of all pairs.
type term func(u float32) (loss, slope float32)

// terms are those of an entry of P and of a sample, both of positive slope.
func (u *Embedding) terms() (attraction, repulsion term) {
	if u.method == UMAP {
		return func(u float32) (l, w float32) {
				return log2(2 + u), 1 / (2 + u)
			}, func(u float32) (l, w float32) {
				return log2((2 + u) / (1 + u)), 1 / ((1 + u) * (2 + u))
			}
	}
	return func(v float32) (l, w float32) {
			q, d := u.cauchy(v)
			return (1 - q) * (1 - q), (1 - q) * d
		}, func(v float32) (l, w float32) {
			q, d := u.cauchy(v)
			return log2(1 + 2*q), d / (1 + 2*q)
		}
}

// cauchy is Q = (1+u)^-g, and Q/(1+u).
func (f *curve) cauchy(u float32) (q, d float32) {
	d = float32(math.Pow(float64(1+u), float64(f.power)))
	return d * (1 + u), d
}

func log2(x float32) float32 { return float32(math.Log2(float64(x))) }
