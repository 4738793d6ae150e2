package spec

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"affmatch/affinity"
	"affmatch/experiments/datasets"
	"affmatch/experiments/spec/internal/comments"
	"affmatch/loss"
	"affmatch/models"
	"affmatch/optim"

	"gonum.org/v1/gonum/mat"
	G "gorgonia.org/gorgonia"
)

func TestEveryPresetPrintsAndFitsTheSameAfterARoundTrip(t *testing.T) {
	d, err := datasets.BlobsConfig{Points: 150, Spread: 1, Seed: 1}.Data()
	if err != nil {
		t.Fatal(err)
	}
	x := affinity.Data{Matrix: d.X, Labels: d.Labels}
	for _, method := range Methods() {
		t.Run(method.Name, func(t *testing.T) {
			for _, m := range []Model{method.model, method.Model()} {
				back := roundTrip(t, m)
				short := func(d *models.Descent) { d.Steps = 5 }
				a, err := Edit(m, short).Fit(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				b, err := Edit(back, short).Fit(context.Background(), x)
				if err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(a.Embedding.RawMatrix().Data, b.Embedding.RawMatrix().Data) {
					t.Error("the fits differ")
				}
			}
		})
	}
}

// roundTrip decodes what was encoded, and holds it to print the same.
func roundTrip(t *testing.T, m Model) Model {
	t.Helper()
	b, err := Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(b)
	if err != nil {
		t.Fatalf("%v\n%s", err, b)
	}
	if got, want := fmt.Sprintf("%+v", back), fmt.Sprintf("%+v", m); got != want {
		t.Errorf("after a round trip\n%s, want\n%s", got, want)
	}
	again, err := Encode(back)
	if err != nil || string(again) != string(b) {
		t.Errorf("encoded again\n%s (%v), want\n%s", again, err, b)
	}
	return back
}

// everyModel gives each method with each built-in part in each place, once.
func everyModel(t *testing.T, each func(Model)) {
	seen := map[string]bool{}
	visit := func(m Model) {
		if key := fmt.Sprintf("%T%+v", m, m); !seen[key] {
			seen[key] = true
			each(m)
		}
	}
	for _, method := range Methods() {
		m := method.Model()
		visit(m)
		had := map[string]bool{}
		for _, p := range Parameters(m) {
			had[p.Name] = true
		}
		for _, p := range Parameters(m) {
			for _, choice := range p.Choices {
				changed, err := Set(m, p.Name, choice)
				if err != nil {
					t.Fatalf("%s: %v", method.Name, err)
				}
				visit(changed)
				for _, q := range Parameters(changed) {
					if had[q.Name] {
						continue
					}
					for _, inner := range q.Choices { // a part within the new part
						twice, err := Set(changed, q.Name, inner)
						if err != nil {
							t.Fatalf("%s: %s %s: %v", method.Name, p.Name, choice, err)
						}
						visit(twice)
					}
				}
			}
		}
	}
}

func TestEveryPartComesBackInEveryPlace(t *testing.T) {
	count := 0
	everyModel(t, func(m Model) {
		if count++; count%stride() == 0 {
			roundTrip(t, m)
		}
	})
	if count < 300 {
		t.Errorf("%d models, want some hundred: are parts missing?", count)
	}
}

// stride is how many models a test steps over; AFFMATCH_LONG=1: none.
func stride() int {
	if os.Getenv("AFFMATCH_LONG") != "" {
		return 1
	}
	return 4
}

func TestEveryParameterHasOneNameAndKnownHasThemAll(t *testing.T) {
	known := map[string]bool{}
	for _, p := range Known() {
		known[p.Name] = true
	}
	count := 0
	everyModel(t, func(m Model) {
		if count++; count%stride() != 1%stride() {
			return
		}
		here := map[string]string{}
		for _, p := range Parameters(m) {
			if other, twice := here[p.Name]; twice {
				t.Fatalf("%s is a parameter of %s and of %s in %+v", p.Name, other, p.Owner, m)
			}
			here[p.Name] = p.Owner
			if !known[p.Name] {
				t.Errorf("Known lacks %s of %s", p.Name, p.Owner)
			}
		}
	})
}

func TestWhatPrintsAsANameHasItsNamesInTheTable(t *testing.T) {
	for _, m := range Methods() {
		walk(reflect.ValueOf(m.Model()), nil, func(f reflect.Value, p Parameter) {
			if _, named := f.Interface().(fmt.Stringer); named && f.Kind() != reflect.Interface && p.Choices == nil {
				t.Errorf("%s: values of %v have names, which parts.go lacks", p.Name, f.Type())
			}
		})
	}
}

func TestSettingAParameterToItsOwnValueChangesNothing(t *testing.T) {
	for _, method := range Methods() {
		m := method.Model()
		for _, p := range Parameters(m) {
			if p.Name == "lr" { // ends the rule of the rate
				continue
			}
			got, err := Set(m, p.Name, p.Value)
			if err != nil {
				t.Errorf("%s: Set(%s, %q): %v", method.Name, p.Name, p.Value, err)
			} else if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", m) {
				t.Errorf("%s: Set(%s, %q) gives\n%+v, want\n%+v", method.Name, p.Name, p.Value, got, m)
			}
		}
	}
}

func TestSetChangesWhatItSays(t *testing.T) {
	umap := models.UMAP()
	umap.Engine, umap.Init = models.Fused{}, models.PCA{}
	with := func(f func(m *models.SampledNeighborEmbedding)) Model {
		m := umap
		f(&m)
		return m
	}
	for _, c := range []struct {
		set  string // name=text, with blanks between
		want Model
	}{
		{"min-dist=0", with(func(m *models.SampledNeighborEmbedding) {
			m.Out = affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: 0, Spread: 1}}
		})},
		{"neighbors=15.5 metric=euclidean", with(func(m *models.SampledNeighborEmbedding) {
			m.In = affinity.UMAPAffinityIn{Neighbors: 15.5, Tolerance: 1e-3, MaxSteps: 100, Metric: affinity.Euclidean}
		})},
		{"negatives=5 seed=18446744073709551615 dim=3 steps=7", with(func(m *models.SampledNeighborEmbedding) {
			m.Against, m.Seed, m.Dim, m.Steps = affinity.Uniform{Count: 5}, math.MaxUint64, 3, 7
		})},
		{"affinity-out=odds(student) metric-out=manhattan", with(func(m *models.SampledNeighborEmbedding) {
			m.Out, m.Metric = affinity.Odds{Kernel: affinity.Student{}}, affinity.Manhattan
		})},
		{"affinity-in=Entropic perplexity=5 attraction=square repulsion=log-partition against=all", with(func(m *models.SampledNeighborEmbedding) {
			m.In, m.Attraction, m.Repulsion, m.Against = affinity.EntropicAffinity{Perplexity: 5}, loss.Square, loss.LogPartition, affinity.All{}
		})},
		{"optimizer=clip(adam) clip-value=2 lr=0.5 schedule=warmup(cosine) schedule-steps=3", with(func(m *models.SampledNeighborEmbedding) {
			m.Optimizer = optim.Clip{Optimizer: optim.Adam{LearnRate: 0.5}, Value: 2}
			m.Schedule = optim.Warmup{Steps: 3, Then: optim.Cosine{}}
		})},
		{"schedule=multi-step schedule-at=10,20 schedule=none", umap},
		{"schedule=multi-step schedule-at=10,20", with(func(m *models.SampledNeighborEmbedding) {
			m.Schedule = optim.MultiStep{At: []int{10, 20}, Gamma: 0.1}
		})},
		{"dtype=float64 workers=2 exaggeration=4 exaggeration-steps=10", with(func(m *models.SampledNeighborEmbedding) {
			m.Engine, m.Phases = models.Fused{Float64: true, Workers: 2}, models.Exaggerate(4, 10)
		})},
		{"affinity-in=umap optimizer=sgd", umap}, // they are there already, with the preset's own numbers
	} {
		m := Model(umap)
		for pair := range strings.FieldsSeq(c.set) {
			name, text, _ := strings.Cut(pair, "=")
			var err error
			if m, err = Set(m, name, text); err != nil {
				t.Fatalf("%s: %v", c.set, err)
			}
		}
		if !reflect.DeepEqual(describe(m), describe(c.want)) {
			t.Errorf("%s gives\n%s, want\n%s", c.set, describe(m), describe(c.want))
		}
	}
}

func describe(m Model) string {
	b, err := Encode(m)
	return fmt.Sprint(string(b), err)
}

func TestALearnRateAndAnotherOptimizerHoldInAllPhases(t *testing.T) {
	tsne, _ := Lookup("tsne")
	for name, text := range map[string]string{"lr": "100", "optimizer": "adam"} {
		m, err := Set(tsne.Model(), name, text)
		if err != nil {
			t.Fatal(err)
		}
		d := DescentOf(m)
		if !optim.RateGiven(d.Optimizer) || d.Phases[0].Optimizer != nil {
			t.Errorf("after %s=%s: %+v", name, text, d)
		}
	}
}

func TestExaggerationIsTheFirstPhase(t *testing.T) {
	tsne, _ := Lookup("tsne")
	for set, want := range map[string][]models.Phase{
		"exaggeration-steps=0": {}, "exaggeration=4": models.Exaggerate(4, 125), "exaggeration-steps=100": models.Exaggerate(12, 100),
		"exaggeration-optimizer=adam": {{Steps: 125, Exaggeration: 12, Optimizer: optim.Adam{LearnRate: 1}}},
	} {
		name, text, _ := strings.Cut(set, "=")
		m, err := Set(tsne.Model(), name, text)
		if err != nil {
			t.Fatal(err)
		}
		if got := DescentOf(m).Phases; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s gives %v, want %v", set, got, want)
		}
	}
	if p := DescentOf(tsne.Model()).Phases; p[0].Steps != 125 {
		t.Errorf("the preset was changed: %v", p)
	}
}

// TestModelsOfFormat1AreRead: Exaggeration and MinGradNorm as they were written before phases.
func TestModelsOfFormat1AreRead(t *testing.T) {
	b, err := Encode(models.TSNE())
	if err != nil {
		t.Fatal(err)
	}
	const now = `"Phases":[{"Steps":125,"Exaggeration":12,"Optimizer":null,"Schedule":null}]`
	if !strings.Contains(string(b), now) {
		t.Fatalf("%s is not in %s", now, b)
	}
	old := strings.NewReplacer(`"version":2`, `"version":1`, `"Known":null`, `"Given":null`, `"Stop":{"type":"GradNorm","Below":1e-07}`, `"MinGradNorm":1e-07`,
		now, `"Exaggeration":{"Factor":12,"Steps":250,"Optimizer":{"type":"SGD","Momentum":0.5,"Gains":true}}`).Replace(string(b))
	m, err := Decode([]byte(old))
	if err != nil {
		t.Fatal(err)
	}
	d := DescentOf(m)
	if len(d.Phases) != 1 || d.Phases[0].Exaggeration != 12 || d.Phases[0].Steps != 250 || d.Phases[0].Optimizer.(optim.SGD).Momentum != 0.5 || d.Stop != (models.GradNorm{Below: 1e-7}) {
		t.Errorf("%+v", d)
	}
}

func TestSetSaysWhatIsWrong(t *testing.T) {
	umap, _ := Lookup("umap")
	for _, c := range []struct{ name, text, want string }{
		{"neighbours", "3", `no parameter "neighbours" (did you mean neighbors?)`},
		{"perplexity", "3", "no parameter perplexity in this method: it belongs to EntropicAffinity"},
		{"neighbors", "many", "neighbors = many, want a number"},
		{"dim", "2.5", "dim = 2.5, want a whole number"},
		{"seed", "-1", "seed = -1, want a whole number of at least 0"},
		{"symmetrize", "perhaps", "symmetrize = perhaps, want true or false"},
		{"dtype", "float16", "dtype = float16, want float32 or float64"},
		{"affinity-out", "studnet", `no kernel "studnet" (did you mean Student?)`},
		{"affinity-out", "odds(student", "closing parenthesis"},
		{"affinity-out", "student(gaussian)", "Student has no part inside"},
		{"repulsion", "mean", "want one of MeanNotNeighbor, MeanRowPartition"},
	} {
		_, err := Set(umap.Model(), c.name, c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("Set(%s, %s): %v, want %q in one line", c.name, c.text, err, c.want)
		}
	}
	if _, err := Lookup("umpa"); err == nil || !strings.Contains(err.Error(), "did you mean umap?") {
		t.Errorf("Lookup(umpa): %v", err)
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`"version":2`, `"version":3`, "version = 3, want 1 to 2"},
		{`"version":2,`, ``, "version = none"},
		{`"Neighbors":30`, `"Neighbours":30`, "model.In: UMAPAffinityIn has no field Neighbours (did you mean Neighbors?): want one of"},
		{`"Neighbors":30`, `"Neighbors":"many"`, `model.In.Neighbors = "many", want a number`},
		{`"Neighbors":30`, `"Neighbors":null`, `model.In.Neighbors = null, want a number`},
		{`"Neighbors":30`, `"Neighbors":30,"Neighbors":30`, "Neighbors stands there twice"},
		{`"Count":10`, `"Count":1.5`, "model.Against.Count = 1.5, want a whole number"},
		{`"Seed":0,"Engine"`, `"Seed":-1,"Engine"`, "model.Seed = -1, want a whole number of at least 0"},
		{`"Dense":false`, `"Dense":0`, "model.In.Dense = 0, want true or false"},
		{`"type":"UMAPAffinityIn"`, `"type":"UMPAffinityIn"`, `model.In: no input "UMPAffinityIn" (did you mean UMAPAffinityIn?)`},
		{`"type":"UMAPAffinityIn",`, ``, "model.In.type = none, want the name of a part"},
		{`"CrossEntropy"`, `"CrossEntrpy"`, `model.Attraction: no loss "CrossEntrpy" (did you mean CrossEntropy?)`},
		{`"CrossEntropy"`, `{"type":"CrossEntropy","Weight":1}`, "CrossEntropy has no field Weight"},
		{`"CrossEntropy"`, `"Student"`, `no loss "Student"`},
		{`"CrossEntropy"`, `7`, "model.Attraction = 7, want an object"},
		{`"Phases":null`, `"Phases":[{"Rate":1}]`, "model.Phases[0]: Phase has no field Rate"},
		{`"type":"SampledNeighborEmbedding"`, `"type":"UMAP"`, `no model "UMAP"`},
	} {
		b, err := Encode(models.UMAP())
		if err != nil {
			t.Fatal(err)
		}
		wrong := strings.Replace(string(b), c.from, c.to, 1)
		if wrong == string(b) {
			t.Fatalf("%s is not in %s", c.from, b)
		}
		_, err = Decode([]byte(wrong))
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q in one line", c.to, err, c.want)
		}
	}
	for _, broken := range []string{"", "null", "7", "[]", "{", `{"version":1`, `{"version":1}{}`, `{"version":1,"type":"SampledNeighborEmbedding","In":}`} {
		if _, err := Decode([]byte(broken)); err == nil {
			t.Errorf("Decode(%q) gives no error", broken)
		}
	}
}

func TestNumbersThatJSONLacksComeBack(t *testing.T) {
	m := models.UMAP()
	m.Stop, m.InitScaling, m.Seed = models.GradNorm{Below: math.NaN()}, math.Inf(1), math.MaxUint64
	m.Optimizer = optim.SGD{LearnRate: math.Inf(-1), Momentum: math.Copysign(0, -1), WeightDecay: 5e-324}
	back := roundTrip(t, m).(models.SampledNeighborEmbedding)
	sgd := back.Optimizer.(optim.SGD)
	if !math.IsNaN(back.Stop.(models.GradNorm).Below) || !math.IsInf(back.InitScaling, 1) || back.Seed != math.MaxUint64 ||
		!math.IsInf(sgd.LearnRate, -1) || !math.Signbit(sgd.Momentum) || sgd.WeightDecay != 5e-324 {
		t.Errorf("%+v", back)
	}
}

type own struct{ Width float64 }

func (o own) LogKernel(_ *affinity.Scope, c *G.Node) (*G.Node, error) { return G.Neg(c) }

func TestPartsOfOnesOwnAreRecordedAndNeedTheirProgram(t *testing.T) {
	kernel := affinity.KernelFunc(func(c *G.Node) *G.Node { return c })
	mine := loss.Named{Name: "CrossEntropy", Term: func(_ *affinity.Pairs, p, _ *G.Node) *G.Node { return p }}
	for _, c := range []struct {
		edit func(*models.SampledNeighborEmbedding)
		want string
	}{
		{func(m *models.SampledNeighborEmbedding) { m.Out = kernel }, `model.Out = "affinity.KernelFunc affmatch`},
		{func(m *models.SampledNeighborEmbedding) { m.Out = affinity.Odds{Kernel: own{3}} }, `model.Out.Kernel = "spec.own"`},
		{func(m *models.SampledNeighborEmbedding) { m.Attraction = mine }, `model.Attraction = "loss.Named"`},
		{func(m *models.SampledNeighborEmbedding) { m.Against = affinity.Replay{Count: 3} }, `model.Against = "affinity.Replay"`},
		{func(m *models.SampledNeighborEmbedding) {
			m.In = affinity.UMAPAffinityIn{Search: affinity.Search{Known: affinity.Neighbors{K: 3}}}
		}, `model.In.Search.Known = "affinity.Neighbors"`},
		{func(m *models.SampledNeighborEmbedding) { m.In = affinity.OnData{Known: &affinity.Distances{}} }, `model.In.Known = "*affinity.Distances"`},
		{func(m *models.SampledNeighborEmbedding) { m.Init = models.StartAt{} }, `model.Init = "models.StartAt"`},
		{func(m *models.SampledNeighborEmbedding) {
			m.OnStep = func(models.Record, *mat.Dense) error { return nil }
		}, `model.OnStep = "models.StepFunc`},
	} {
		m := models.UMAP()
		c.edit(&m)
		b, err := Encode(m)
		if err != nil || !json.Valid(b) {
			t.Fatalf("%s: %v", b, err)
		}
		_, err = Decode(b)
		if !errors.Is(err, ErrCustom) || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "needs the program") {
			t.Errorf("%v, want %s", err, c.want)
		}
	}
}

func TestFieldsLeftOutHaveTheCustomaryNumbers(t *testing.T) {
	m, err := Decode([]byte(`{"version":1,"type":"sampled-neighbor-embedding","In":"umap-affinity-in","Out":{"type":"odds","Kernel":{"type":"umap","Spread":2}},
		"Attraction":"cross","Repulsion":"not-neighbor","Against":{"type":"uniform"},"Optimizer":"adam"}`))
	if err != nil {
		t.Fatal(err)
	}
	want := models.SampledNeighborEmbedding{
		In: affinity.UMAPAffinityIn{Neighbors: 30}, Out: affinity.Odds{Kernel: affinity.UMAPAffinityOut{MinDist: 0.1, Spread: 2}},
		Attraction: loss.CrossEntropy, Repulsion: loss.NotNeighbor, Against: affinity.Uniform{Count: 10},
		Descent: models.Descent{Optimizer: optim.Adam{LearnRate: 1}},
	}
	if describe(m) != describe(want) {
		t.Errorf("%+v, want %+v", m, want)
	}
}

func TestHelpIsWhatTheSourceSays(t *testing.T) {
	for _, folder := range []string{"affinity", "loss", "models", "optim"} {
		source, err := comments.Fields("../../" + folder)
		if err != nil {
			t.Fatal(err)
		}
		for field, text := range source {
			if docs[field] != text {
				t.Errorf("%s: %q, but the source says %q: run go generate in experiments/spec", field, docs[field], text)
			}
		}
	}
}

// TestTheREADMEHasEveryMethod by the name that command lines call it by, and no other.
func TestTheREADMEHasEveryMethod(t *testing.T) {
	b, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{}
	for _, row := range regexp.MustCompile("(?m)^\\| `[A-Za-z]+\\(\\)` \\| `([a-z-]+)` \\|").FindAllStringSubmatch(string(b), -1) {
		listed[row[1]] = true
	}
	for _, m := range Methods() {
		if !listed[m.Name] {
			t.Errorf("README.md has no line for %s", m.Name)
		}
		delete(listed, m.Name)
	}
	for name := range listed {
		t.Errorf("README.md has %s, which is no method", name)
	}
}

// TestClosedFormsHaveNoDescent: nothing to edit, a seed and a limit of memory of their own.
func TestClosedFormsHaveNoDescent(t *testing.T) {
	pca, err := Lookup("pca")
	if err != nil {
		t.Fatal(err)
	}
	m, err := Set(pca.Model(), "seed", "7")
	if err != nil {
		t.Fatal(err)
	}
	if _, steps := m.(Stepped); steps || SeedOf(m) != 7 || DescentOf(m).Seed != 0 {
		t.Errorf("steps %v, seed %d, a descent of seed %d", steps, SeedOf(m), DescentOf(m).Seed)
	}
	if got := Within(m, 1000).(models.ClosedForm).MemoryLimit; got != 1000 {
		t.Errorf("limit %d", got)
	}
	if _, err := Set(m, "lr", "1"); err == nil || !strings.Contains(err.Error(), "no parameter lr in this method: it belongs to SGD") {
		t.Errorf("a rate: %v", err)
	}
}
