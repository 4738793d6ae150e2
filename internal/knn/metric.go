package knn

import (
	"fmt"
	"strings"

	"affmatch/internal/fault"
	"affmatch/internal/knn/tile"
)

// Metric names a distance between two rows x and y of d columns. Sums and maxima are over the columns.
type Metric int

const (
	SquaredEuclidean Metric = iota // sum (x-y)^2
	Euclidean                      // sqrt(sum (x-y)^2)
	Manhattan                      // sum |x-y|
	Chebyshev                      // max |x-y|
	Cosine                         // 1 - x.y/(|x||y|), in 0..2; a zero row is at 0 from zero rows and at 1 from others
	Correlation                    // Cosine of the rows less their own means; a constant row is a zero row
	Angular                        // -(x.y), not normalized: TorchDR's "angular". Negative, and no metric: a row need not be nearest to itself
)

var metrics = [...]struct {
	name string
	op   tile.Op
}{
	SquaredEuclidean: {"sqeuclidean", tile.Square},
	Euclidean:        {"euclidean", tile.Square},
	Manhattan:        {"manhattan", tile.Abs},
	Chebyshev:        {"chebyshev", tile.Max},
	Cosine:           {"cosine", tile.Square},
	Correlation:      {"correlation", tile.Square},
	Angular:          {"angular", tile.Dot},
}

// String is the name that ParseMetric takes: "sqeuclidean", "euclidean", "manhattan", "chebyshev", "cosine",
// "correlation", "angular".
func (m Metric) String() string {
	if m.check() != nil {
		return fmt.Sprintf("Metric(%d)", int(m))
	}
	return metrics[m].name
}

// ParseMetric is the metric of that name.
func ParseMetric(name string) (Metric, error) {
	var names []string
	for m, about := range metrics {
		if about.name == name {
			return Metric(m), nil
		}
		names = append(names, about.name)
	}
	return 0, fault.Field("knn: metric", fmt.Sprintf("%q", name), "one of "+strings.Join(names, ", "))
}

func (m Metric) check() error {
	if m < 0 || int(m) >= len(metrics) {
		return fault.Field("knn: Metric", int(m), fmt.Sprintf("0 to %d", len(metrics)-1))
	}
	return nil
}

// unit says that the metric is half the squared Euclidean distance of rows scaled to length 1.
func (m Metric) unit() bool { return m == Cosine || m == Correlation }

// Func is a user's own distance between two rows. It must not keep or change them, must be safe for concurrent
// calls and must not return NaN. It need not be symmetric: row i's neighbors are by f(x_i, x_j).
type Func func(x, y []float64) float64
