package spec

import (
	"context"
	"fmt"
	"reflect"
	"strings"

	"affmatch/internal/typo"
	"affmatch/models"

	"gonum.org/v1/gonum/mat"
)

// Model is a method that can be fitted: models.SampledNeighborEmbedding or models.AffinityMatcher.
type Model interface {
	Fit(ctx context.Context, x mat.Matrix) (*models.Result, error)
	Start(ctx context.Context, x mat.Matrix) (*models.Run, error)
	Validate() error
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

// Edit is the model with another Descent.
func Edit(m Model, f func(*models.Descent)) Model {
	v := reflect.New(reflect.TypeOf(m)).Elem()
	v.Set(reflect.ValueOf(m))
	f(v.FieldByName("Descent").Addr().Interface().(*models.Descent))
	return v.Interface().(Model)
}

// DescentOf is how a model descends.
func DescentOf(m Model) (d models.Descent) {
	Edit(m, func(own *models.Descent) { d = *own })
	return d
}
