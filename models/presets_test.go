package models

import (
	"os"
	"testing"

	"affmatch/experiments/metrics"
)

// TestPresetsConvergeOnSNARE fits the presets as they stand. The floors are the reference's trustworthiness at 15 in its
// demo (formulas of the shared folder, section 15: SNE .9323, t-SNE .9537, matcher .9337, UMAP .925 to .930 over seeds),
// less .002 for other optimizers and float32. Those of the others are what they had when they were written, less .01; UMAP's
// and the triplets' are above the .925 to .93 of the reference's UMAP, the contrastive ones' and LargeVis's near t-SNE's.
func TestPresetsConvergeOnSNARE(t *testing.T) {
	long(t)
	x := snare(t, 0)
	for name, c := range map[string]struct {
		m     method
		floor float64
	}{
		"SNE": {SNE(), 0.930}, "TSNE": {TSNE(), 0.951}, "SNEMatcher": {SNEMatcher(), 0.931}, "UMAP": {UMAP(), 0.923},
		"DensMAP": {DensMAP(), 0.927}, "SymmetricSNE": {SymmetricSNE(), 0.922}, "NegTSNE": {NegTSNE(), 0.927}, "NCVis": {NCVis(), 0.928},
		"InfoTSNE": {InfoTSNE(), 0.940}, "NOMAD": {NOMAD(), 0.949}, "LargeVis": {LargeVis(), 0.941}, "PaCMAP": {PaCMAP(), 0.926}, "LocalMAP": {LocalMAP(), 0.930},
		"TriMap": {TriMap(), 0.931}, "ElasticEmbedding": {ElasticEmbedding(), 0.919}, "COSNE": {COSNE(), 0.911}, "MDS": {MDS(), 0.913},
		"Sammon": {Sammon(), 0.909}, "TSNEkhorn": {TSNEkhorn(), 0.946}, "SNEkhorn": {SNEkhorn(), 0.917},
	} {
		if slow[name] && os.Getenv("AFFMATCH_LONG") == "" {
			continue
		}
		res, err := c.m.Fit(background, x)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		first, last := res.History[0].Loss, res.History[len(res.History)-1].Loss
		if !(last < first) || res.Status != Exhausted && res.Status != Converged {
			t.Errorf("%s: %v, loss from %v to %v", name, res.Status, first, last)
		}
		score, err := metrics.Trustworthiness(x, res.Embedding, 15)
		if err != nil || score < c.floor {
			t.Errorf("%s: trustworthiness %v (error %v), want at least %v", name, score, err, c.floor)
		}
		t.Logf("%s: %v after %d steps, loss %.4f, trustworthiness %.4f", name, res.Status, len(res.History), last, score)
	}
}

// TestARuleToStopHasNoSayBeforeItsTime: neither in the exaggerated phase, whose loss has a minimum of its own, nor where the
// next one begins.
func TestARuleToStopHasNoSayBeforeItsTime(t *testing.T) {
	onEachEngine(t, func(t *testing.T, e Engine) {
		for _, s := range []Stop{GradNorm{Below: 1e9}, TimeLimit{Seconds: 1e-12}, StopFunc(func([]Record) Status { return Converged })} {
			res, err := small()["tsne"](Descent{Steps: 9, Engine: e, Stop: s}).Fit(background, blobs(30))
			if err != nil || len(res.History) != 7 {
				t.Errorf("%T: %v after %d steps (error %v), want the second step after the 5 exaggerated ones to be the last", s, res.Status, len(res.History), err)
			}
			res, err = small()["matcher"](Descent{Steps: 9, Engine: e, Stop: s}).Fit(background, blobs(30))
			if err != nil || len(res.History) != 2 {
				t.Errorf("%T: %v after %d steps (error %v), want the second step to be the last", s, res.Status, len(res.History), err)
			}
		}
	})
}
