package models

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/experiments/metrics"
	"affmatch/internal/machine"
	"affmatch/loss"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
)

var updateBits = flag.Bool("update-bits", false, "TestFitsHaveTheSameBitsEverywhere: write what this machine computes to testdata/bits.json")

const bitsFile = "testdata/bits.json"

// TestFitsHaveTheSameBitsEverywhere compares the SHA-256 of embedding, losses and scores of whole fits with those on record: on
// whatever processor, with whatever vector instructions (AFFMATCH_VEC) and any GOMAXPROCS. The fits of real data are left out
// where there are none, or under -short.
func TestFitsHaveTheSameBitsEverywhere(t *testing.T) {
	recorded := map[string]string{}
	if b, err := os.ReadFile(bitsFile); err == nil {
		if err := json.Unmarshal(b, &recorded); err != nil {
			t.Fatal(err)
		}
	}
	check := func(name string, m method, x mat.Matrix) {
		t.Run(name, func(t *testing.T) {
			r, err := m.Fit(background, x)
			if err != nil {
				t.Fatal(err)
			}
			sum := sumOf(t, x, r)
			if *updateBits {
				recorded[name] = sum
			} else if recorded[name] != sum {
				t.Errorf("SHA-256 %s, on record is %q", sum, recorded[name])
			}
		})
	}
	for name, m := range bitsMethods(12, 40) {
		check("clusters/"+name, m, clusters(150, 6))
	}
	check("clusters/approximate", approximately(bitsMethods(12, 25)["UMAP"]), clusters(700, 10))
	if !testing.Short() && os.Getenv("AFFMATCH_DATA") != "" {
		for set, load := range map[string]func(t *testing.T) *mat.Dense{"digits": digits, "snareseq": dataNamed("snareseq", 0), "mnist": dataNamed("mnist", 3000)} {
			x := load(t)
			for name, m := range bitsMethods(0, 60) {
				check(set+"/"+name, m, x)
			}
			check(set+"/approximate", approximately(bitsMethods(0, 60)["UMAPLearn"]), x)
		}
	}
	if *updateBits {
		b, err := json.MarshalIndent(recorded, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(bitsFile, append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// TestFitsHaveTheSameBitsWithAnyInstructions runs the test above in processes of their own: with each set of vector instructions
// that this machine has, pure Go among them, and any GOMAXPROCS. AFFMATCH_LONG=1: the real data with each of them.
func TestFitsHaveTheSameBitsWithAnyInstructions(t *testing.T) {
	if testing.Short() || *updateBits {
		t.Skip("long")
	}
	for _, vectors := range machine.Vectors() {
		for _, threads := range []string{"1", "2", "3", "7"} {
			args := []string{"-test.run", "^TestFitsHaveTheSameBitsEverywhere$", "-test.short"}
			if os.Getenv("AFFMATCH_LONG") != "" {
				args = args[:2]
			}
			cmd := exec.Command(os.Args[0], args...)
			cmd.Env = append(os.Environ(), "AFFMATCH_VEC="+vectors, "GOMAXPROCS="+threads)
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("AFFMATCH_VEC=%s GOMAXPROCS=%s: %v\n%s", vectors, threads, err, out)
			}
		}
	}
}

// bitsMethods are all presets and a method of one's own, with so many neighbors (or three times less perplexity; 0: their own)
// and steps.
func bitsMethods(neighbors float64, steps int) map[string]method {
	all := map[string]method{"UMAP": UMAP(), "UMAPLearn": UMAPLearn(), "UMAPLocal": UMAPLocal(), "TSNE": TSNE(), "SNE": SNE(), "SNEMatcher": SNEMatcher()}
	own := UMAPLearn()
	own.Out = affinity.Odds{Kernel: affinity.KernelExpr(func(c affinity.Expr) affinity.Expr { return c.Add(1).Log().Tanh().Mul(-2).Sub(c.Sqrt()) })}
	own.Attraction = loss.Expr(func(p, logQ affinity.Expr) affinity.Expr { return p.Mul(logQ.Neg().Log1p().Sqrt()) })
	own.Optimizer, own.Schedule = optim.NAdam{LearnRate: 0.05}, optim.Cosine{}
	all["own"] = own
	double := TSNE()
	double.Engine = Fused{Float64: true}
	all["TSNE64"] = double
	for name, m := range all {
		switch m := m.(type) {
		case SampledNeighborEmbedding:
			switch in := m.In.(type) {
			case affinity.UMAPAffinityIn:
				if neighbors > 0 {
					in.Neighbors = neighbors
				}
				m.In = in
			case affinity.EntropicAffinity:
				if neighbors > 0 {
					in.Perplexity = neighbors / 3
				}
				m.In = in
			}
			if len(m.Phases) > 0 {
				m.Phases = Exaggerate(12, steps/2)
			}
			m.Steps = steps
			all[name] = m
		case AffinityMatcher:
			in := m.In.(affinity.EntropicAffinity)
			if neighbors > 0 {
				in.Perplexity = neighbors / 3
			}
			m.In, m.Steps = in, steps
			all[name] = m
		}
	}
	return all
}

func approximately(m method) method {
	s := m.(SampledNeighborEmbedding)
	in := s.In.(affinity.UMAPAffinityIn)
	in.Search.Method = affinity.Approximate
	s.In = in
	return s
}

// clusters are n points about three centers, made of draws and sums alone.
func clusters(n, columns int) *mat.Dense {
	rng := rand.New(rand.NewPCG(41, 42))
	x := mat.NewDense(n, columns, nil)
	x.Apply(func(i, j int, _ float64) float64 {
		return rng.Float64() + rng.Float64() + rng.Float64() + float64(i%3*(j%3))
	}, x)
	return x
}

func dataNamed(name string, rows int) func(t *testing.T) *mat.Dense {
	return func(t *testing.T) *mat.Dense {
		d, err := datasets.Load(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		if rows > 0 {
			return mat.DenseCopyOf(mat.DenseCopyOf(d.X).Slice(0, rows, 0, 784))
		}
		return mat.DenseCopyOf(d.X)
	}
}

// sumOf is the SHA-256 of the bits of the embedding, of the losses and, of small data, of the scores.
func sumOf(t *testing.T, x mat.Matrix, r *Result) string {
	h := sha256.New()
	add := func(v float64) { h.Write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(v))) } //nolint:errcheck // a hash takes everything
	for _, v := range r.Embedding.RawMatrix().Data {
		add(v)
	}
	for _, rec := range r.History {
		add(rec.Loss)
		add(rec.GradNorm)
	}
	if n, _ := x.Dims(); n < 1000 {
		labels := make([]int, n)
		for i := range labels {
			labels[i] = i % 3
		}
		s, err := metrics.Options{CoRanking: true}.Evaluate(background, x, r.Embedding, labels)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range []metrics.Score{s.Trustworthiness, s.Continuity, s.Preservation, s.DistanceCorrelation, s.ShepardCorrelation,
			s.CoRankingArea, s.Silhouette, s.KNNAccuracy, s.KMeansARI, s.KMeansNMI} {
			add(float64(v))
		}
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
