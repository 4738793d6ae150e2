package spec

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"affmatch/affinity"
	"affmatch/internal/typo"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Model is a method that can be fitted: models.SampledNeighborEmbedding, AffinityMatcher, Problem or ClosedForm.
type Model interface {
	Fit(ctx context.Context, x mat.Matrix) (*models.Result, error)
	Validate() error
}

// Stepped is a Model that descends step by step. A models.ClosedForm does not: it has no Descent, nothing to go on from, and
// its fit no history.
type Stepped interface {
	Model
	Start(ctx context.Context, x mat.Matrix) (*models.Run, error)
}

// Method is a preset with the name that command lines and files call it by.
type Method struct {
	Name  string
	Title string // as in a figure
	model Model
}

// methods are the presets, one line each.
var methods = []Method{
	{"umap", "UMAP", models.UMAP()},
	{"umap-learn", "UMAP (umap-learn)", models.UMAPLearn()},
	{"umap-local", "UMAP (local)", models.UMAPLocal()},
	{"tsne", "t-SNE", models.TSNE()},
	{"sne", "SNE", models.SNE()},
	{"sne-matcher", "SNE as affinity matcher", models.SNEMatcher()},
	{"symmetric-sne", "symmetric SNE", models.SymmetricSNE()},
	{"tsnekhorn", "TSNEkhorn", models.TSNEkhorn()},
	{"snekhorn", "SNEkhorn", models.SNEkhorn()},
	{"info-tsne", "InfoNC-t-SNE", models.InfoTSNE()},
	{"nomad", "NOMAD", models.NOMAD()},
	{"neg-tsne", "Neg-t-SNE", models.NegTSNE()},
	{"nc-vis", "NCVis", models.NCVis()},
	{"large-vis", "LargeVis", models.LargeVis()},
	{"dens-map", "densMAP", models.DensMAP()},
	{"umap-supervised", "supervised UMAP", models.UMAPSupervised()},
	{"pacmap", "PaCMAP", models.PaCMAP()},
	{"local-map", "LocalMAP", models.LocalMAP()},
	{"trimap", "TriMap", models.TriMap()},
	{"phate", "PHATE", models.PHATE()},
	{"cosne", "CO-SNE", models.COSNE()},
	{"mds", "metric MDS", models.MDS()},
	{"sammon", "Sammon mapping", models.Sammon()},
	{"elastic-embedding", "elastic embedding", models.ElasticEmbedding()},
	{"nerv", "NeRV", models.NeRV()},
	{"laplacian-eigenmaps", "Laplacian eigenmaps", models.LaplacianEigenmaps()},
	{"diffusion-map", "diffusion map", models.DiffusionMap()},
	{"pca", "PCA", models.PrincipalComponents()},
	{"incremental-pca", "incremental PCA", models.IncrementalComponents()},
	{"kernel-pca", "kernel PCA", models.KernelComponents()},
	{"classical-mds", "classical scaling", models.ClassicalScaling()},
	{"isomap", "Isomap", models.Geodesics()},
}

// Methods gives all presets.
func Methods() []Method { return append([]Method(nil), methods...) }

// Lookup finds a preset by its name.
func Lookup(name string) (Method, error) {
	var names []string
	for _, m := range methods {
		if m.Name == name {
			return m, nil
		}
		names = append(names, m.Name)
	}
	return Method{}, fmt.Errorf("spec: no method %q%s: want one of %s", name, typo.Hint(name, names), strings.Join(names, ", "))
}

// Model is the preset's value. Its start, its engine and its rule to stop, which presets may leave nil, are written
// out, so that there is something to set and to record.
func (m Method) Model() Model {
	return Edit(m.model, func(d *models.Descent) {
		if d.Init == nil {
			d.Init = models.PCA{}
		}
		if d.Engine == nil {
			d.Engine = models.Fused{}
		}
		if d.Stop == nil {
			d.Stop = models.GradNorm{}
		}
	})
}

// Edit is the model with another Descent; one without a descent stays as it is.
func Edit(m Model, f func(*models.Descent)) Model {
	return edited(m, "Descent", func(d reflect.Value) { f(d.Addr().Interface().(*models.Descent)) })
}

// DescentOf is how a model descends; that of a closed form is zero.
func DescentOf(m Model) (d models.Descent) {
	Edit(m, func(own *models.Descent) { d = *own })
	return d
}

// SeedOf is the seed of a model's randomness.
func SeedOf(m Model) (seed uint64) {
	edited(m, "Seed", func(v reflect.Value) { seed = v.Uint() })
	return seed
}

// MetricOf is the metric on X of a model's input affinity: the first that it, or a part of it, names; nil: none does.
func MetricOf(m Model) (metric affinity.DataMetric) {
	var find func(v reflect.Value)
	find = func(v reflect.Value) {
		if metric != nil {
			return
		}
		switch v.Kind() {
		case reflect.Interface:
			if of, ok := v.Interface().(affinity.DataMetric); ok && v.Type() == reflect.TypeFor[affinity.DataMetric]() {
				metric = of
				return
			}
			find(v.Elem())
		case reflect.Struct:
			for k := range v.NumField() {
				if v.Type().Field(k).IsExported() {
					find(v.Field(k))
				}
			}
		}
	}
	edited(m, "In", find)
	return metric
}

// Within is the model with a limit of memory, where it has none of its own.
func Within(m Model, bytes int64) Model {
	return edited(m, "MemoryLimit", func(v reflect.Value) {
		if v.Int() == 0 {
			v.SetInt(bytes)
		}
	})
}

// edited is the model with a field changed, where it has that field.
func edited(m Model, field string, f func(reflect.Value)) Model {
	v := settable(reflect.ValueOf(m))
	if at := v.FieldByName(field); at.IsValid() {
		f(at)
	}
	return v.Interface().(Model)
}
