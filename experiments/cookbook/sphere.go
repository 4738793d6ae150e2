package cookbook

import (
	"affmatch/affinity"
	"affmatch/models"
)

// Chord is the squared distance of two points of the unit sphere through its inside, 2 - 2 cos: where Z lies on rays, only
// their directions count.
var Chord = affinity.MetricExpr(func(on *affinity.Pairs) affinity.Expr {
	return affinity.E(affinity.Must(affinity.Cosine.Distance(on))).Mul(2)
})

// SphereUMAP is UMAP on the sphere, for data that have no border. Its kernel is UMAP's of the chord, in the place of
// the arc of umap-learn's haversine (affinity.GreatCircle): the two differ by a tenth at a right angle, and by less
// nearby, where the attraction is. (With affinity.Gaussian as Out it is the kernel of von Mises and Fisher, exp(kappa
// cos).) MinDist and Spread are a fifth of the plane's: half a radian is far.
func SphereUMAP() models.SampledNeighborEmbedding {
	m := models.UMAPLearn()
	m.Dim, m.Metric, m.Init, m.InitScaling = 3, Chord, models.PCA{}, 1
	m.Out = affinity.UMAPAffinityOut{MinDist: 0.02, Spread: 0.2}
	return m
}
