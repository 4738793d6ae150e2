package cookbook

import (
	"affmatch/affinity"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"

	G "gorgonia.org/gorgonia"
)

// Over is K/Z of a kernel. Under Odds and negative sampling a fixed Z is the parameter of Damrich et al. (From t-SNE to UMAP
// with contrastive learning, 2022) that spans t-SNE (Z its partition) to UMAP (Z = 1); learned, it is noise-contrastive
// estimation.
type Over struct {
	Kernel affinity.Kernel
	LogZ   float64
	Learn  bool
}

// LogKernel is log K - log Z.
func (k Over) LogKernel(s *affinity.Scope, c *G.Node) (*G.Node, error) {
	return affinity.Try(func() affinity.Expr {
		logK := affinity.E(affinity.Must(k.Kernel.LogKernel(s, c)))
		if k.Learn {
			return logK.Sub(s.Learned("logZ", k.LogZ))
		}
		return logK.Sub(k.LogZ)
	})
}

// Contrastive is negative sampling under such a kernel.
func Contrastive(logZ float64, learn bool) models.SampledNeighborEmbedding {
	m := models.UMAPLearn()
	m.In, m.Against = affinity.UMAPAffinityIn{Neighbors: 15, Symmetrize: true}, affinity.Uniform{Count: 10, PerDegree: 5}
	m.Out = affinity.Odds{Kernel: Over{affinity.Student{}, logZ, learn}}
	m.Optimizer, m.Init, m.InitScaling = optim.Clip{Optimizer: optim.Adam{LearnRate: 0.3}, Value: 4}, nil, 1
	return m
}

// InfoNCE is -sum_ij p_ij log(q_ij / (q_ij + sum_k q_ik)), k among so many samples of each row.
func InfoNCE(samples int) models.Problem {
	return models.Problem{In: affinity.UMAPAffinityIn{Neighbors: 15, Symmetrize: true}, Descent: Contrastive(0, false).Descent,
		Objective: models.OneTerm{Name: "infonce", Value: func(b *models.Builder) affinity.Expr {
			edges, noise := b.Pairs(affinity.Edges{}), b.Pairs(affinity.Uniform{Count: samples})
			logQ, rest := edges.D2().Log1p().Neg(), noise.D2().Log1p().Neg().RowLogSumExp(noise).Exp()
			return logQ.Exp().Add(rest.Head(edges)).Log().Sub(logQ).Mul(edges.P).Sum()
		}},
	}
}

// InfoTSNE is the same with the mean of the rows' partitions over samples as its repulsion.
func InfoTSNE() models.SampledNeighborEmbedding {
	m := Contrastive(0, false)
	m.In, m.Out = affinity.EntropicAffinity{Perplexity: 15, Symmetrize: true}, affinity.Student{}
	m.Repulsion, m.Against = loss.MeanRowPartition, affinity.Uniform{Count: 50}
	return m
}
