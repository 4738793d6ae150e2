package metrics

import (
	"encoding/json"
	"fmt"
	"math"
)

// A Score is a number that may be absent: NaN. JSON leaves it out then.
type Score float64

// IsZero says whether the score is absent; encoding/json's omitzero asks it.
func (s Score) IsZero() bool { return math.IsNaN(float64(s)) }

// Report is the usual table of one embedding. What was not asked for or cannot be computed is absent, and Notes say why.
type Report struct {
	Rows      int `json:"rows"`      // of the data
	Sample    int `json:"sample"`    // rows that the scores are means over; equal to Rows: exact
	Neighbors int `json:"neighbors"` // k of the three that follow

	Metric string `json:"metric,omitempty"` // of distances in X; empty: Euclidean

	Trustworthiness Score `json:"trustworthiness,omitzero"`
	Continuity      Score `json:"continuity,omitzero"`
	Preservation    Score `json:"preservation,omitzero"`

	DistanceCorrelation Score `json:"distance_correlation,omitzero"`
	ShepardCorrelation  Score `json:"shepard_correlation,omitzero"`
	CoRankingArea       Score `json:"rnx_auc,omitzero"` // Options.CoRanking asks for it

	Silhouette  Score `json:"silhouette,omitzero"`
	KNNAccuracy Score `json:"knn_accuracy,omitzero"`
	KMeansARI   Score `json:"kmeans_ari,omitzero"`
	KMeansNMI   Score `json:"kmeans_nmi,omitzero"`

	// StandardErrors say how far the scores of a sample may be from those of all rows, by their names in JSON: the standard
	// deviation over samples. Nil: all rows were scored. Those of k-means and of co-ranking have none.
	StandardErrors map[string]float64 `json:"standard_errors,omitempty"`

	Notes []string `json:"notes,omitempty"`

	Each *Each `json:"-"` // of a report that was computed
}

// Each is the scores of the single rows, whose means the report has; nil: not scored.
type Each struct {
	Rows                                      []int // of the data, ascending
	Trustworthiness, Continuity, Preservation []float64
	Silhouette                                []float64
	KNNAccuracy                               []float64 // 1: the class was guessed right, else 0
}

// Absent is a report without scores, and says why.
func Absent(why string) Report {
	r := newReport()
	r.Notes = []string{why}
	return r
}

// newReport has no score yet.
func newReport() Report {
	absent := Score(math.NaN())
	return Report{
		Trustworthiness: absent, Continuity: absent, Preservation: absent,
		DistanceCorrelation: absent, ShepardCorrelation: absent, CoRankingArea: absent,
		Silhouette: absent, KNNAccuracy: absent, KMeansARI: absent, KMeansNMI: absent,
	}
}

// UnmarshalJSON reads what Marshal wrote; scores that are not there are absent again.
func (r *Report) UnmarshalJSON(b []byte) error {
	type plain Report
	p := plain(newReport())
	if err := json.Unmarshal(b, &p); err != nil {
		return fmt.Errorf("metrics: report: %w", err)
	}
	*r = Report(p)
	return nil
}
