package embed

import (
	"flag"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"affmatch/experiments/command"
	"affmatch/experiments/datasets"
	"affmatch/experiments/plan"
	"affmatch/experiments/prepare"
	"affmatch/experiments/runs"
	"affmatch/experiments/spec"
	"affmatch/experiments/watch"
	"affmatch/internal/team"
	"affmatch/models"
)

// options is the command line.
type options struct {
	data                       prepare.Recipe
	method, config, start, out string
	resume, model              string
	noModel                    bool
	every                      time.Duration
	overwrite, help, all       bool
	scores                     runs.Scoring
	format                     string
	snapshots                  int
	figures                    command.Some
	watch                      watch.Flag
	plan                       planning
	team                       team.Team       // of processes that make the fit together; nil: this one alone
	given                      map[string]bool // flags that stand on the line
	settings                   []spec.Setting  // of the method
}

// parse reads the flags: the fixed ones, and one for each parameter that any method has.
func parse(args []string) (*options, error) {
	o := &options{given: map[string]bool{}}
	f := o.fixed()
	for _, p := range spec.Known() {
		f.Var(&parameter{o, p}, p.Name, p.Doc)
	}
	for k, arg := range args { // -h all, of which flag would take -h alone
		if at := strings.TrimLeft(arg, "-"); k+1 < len(args) && args[k+1] == "all" && at != arg && (at == "h" || at == "help") {
			o.all, args = true, slices.Delete(slices.Clone(args), k+1, k+2)
			break
		}
	}
	if err := command.Parse(f, args); err != nil {
		return nil, err
	}
	f.Visit(func(f *flag.Flag) { o.given[f.Name] = true })
	if o.given["method"] && o.given["config"] {
		return nil, command.Usage("-method and -config: want one of them: a config has its method")
	}
	if err := o.checkPiped(); err != nil {
		return nil, err
	}
	if err := o.checkPlan(); err != nil {
		return nil, err
	}
	if o.snapshots < 0 {
		return nil, command.Usage("-snapshots = %d, want 0 or more", o.snapshots)
	}
	if o.given["resume"] {
		for name := range o.given {
			if !slices.Contains([]string{"resume", "checkpoint-every", "scores", "figures", "watch", "snapshots", "h", "help"}, name) {
				return nil, command.Usage("-resume and -%s: want -resume without flags of data and method: the folder has its config", name)
			}
		}
	}
	if o.given["model"] {
		for name := range o.given {
			if !slices.Contains(ofModel, name) {
				return nil, command.Usage("-model and -%s: want none of the method's flags: the model has them", name)
			}
		}
	}
	return o, nil
}

// ofModel are the flags that go with -model.
var ofModel = []string{"model", "in", "labels", "label-column", "row-names", "columns", "drop", "max-mb", "out",
	"format", "overwrite", "scores", "figures", "h", "help"}

// fixed are the flags that do not belong to the method.
func (o *options) fixed() *flag.FlagSet {
	f := flag.NewFlagSet("embed", flag.ContinueOnError)
	f.StringVar(&o.data.In, "in", "", "`FILE` of points, a row a point: "+
		datasets.Formats+"; - is standard input, in any of them; or one of "+strings.Join(prepare.Names(), ", "))
	f.StringVar(&o.data.Labels, "labels", "", "`FILE` of one label a row, to color and score by; default: what -in brings")
	f.StringVar(&o.data.LabelColumn, "label-column", "", "`NAME` of the column of labels in a text file, or first, last, none; default: the last, if it looks like one")
	f.StringVar(&o.data.RowNames, "row-names", "", "`NAME` of the column of names of rows in a text file, or first, none; default: the first, if it looks like one")
	names := func(to *[]string) func(string) error {
		return func(list string) error {
			*to = strings.Split(list, ",")
			return nil
		}
	}
	f.Func("columns", "`NAMES` of the columns of a text file to take, with commas between them; default: all of numbers", names(&o.data.Columns))
	f.Func("drop", "`NAMES` of columns of a text file to leave out, with commas between them", names(&o.data.Drop))
	f.IntVar(&o.data.Subsample, "subsample", 0, "take `N` rows at random; 0: all")
	f.BoolVar(&o.data.Log1p, "log1p", false, "take log(1 + x), for counts")
	f.BoolVar(&o.data.Standardize, "standardize", false, "bring columns to mean 0 and standard deviation 1")
	f.IntVar(&o.data.PCA, "pca", 0, "reduce to `M` principal components; 0: the columns as they are")
	f.IntVar(&o.data.MaxMB, "max-mb", 0, "let a file of data take `M` megabytes of memory; 0: 256, and 64 times its size on the disk")
	f.StringVar(&o.method, "method", "umap-learn", "`NAME`; default: umap-learn, the form that users of umap-learn know; umap is TorchDR's, to compare with it; "+
		"umap-local keeps neighborhoods best. One of "+strings.Join(methodNames(), ", "))
	f.StringVar(&o.config, "config", "", "`FILE`: the config.json of a run to make again; other flags change it")
	f.StringVar(&o.start, "init-file", "", "`FILE` of the start, n rows and as many columns as the embedding, in the place of -init")
	f.StringVar(&o.out, "out", "",
		"`FOLDER` for the results; default: a new one below ./runs. - writes the embedding, and nothing else, to standard output")
	o.format = "csv"
	f.Func("format", "`NAME` of the embedding's format with -out -: csv, tsv or npy. Default: csv. With -plan: json, for programs", o.setFormat)
	f.BoolVar(&o.overwrite, "overwrite", false, "let -out be a folder that holds a run already, which is replaced when the new one is done")
	f.StringVar(&o.model, "model", "", "`FOLDER` of a finished run, whose model places the points of -in among its own, prepared as those were")
	f.TextVar(&o.scores, "scores", runs.Usual,
		"`WHICH`: usual, of a sample of more than 5,000 rows; exact, of all rows; none. Default: usual")
	const figures = "`NAMES`, with commas between them, of embedding, loss and map (a page to look around in); or none. Default: all"
	o.figures.Define(f, "figures", figures, "embedding", "loss", "map")
	f.IntVar(&o.snapshots, "snapshots", 0, "keep `N` embeddings along the descent, in snapshots.npz and animation.gif; 0: none")
	o.watch.Define(f)
	f.BoolVar(&o.noModel, "no-model", false, "keep no model.npz, which has a copy of the data")
	f.StringVar(&o.resume, "resume", "", "`FOLDER` of a run that was interrupted or killed, to go on with: with no other flags but -checkpoint-every")
	f.Func("plan", "`ROWSxCOLUMNS`, as in 1000000x50: make nothing, and say what memory and time a fit of such data would take on several "+
		"processes; started by mpirun, with their network as measured", o.plan.setSize)
	o.plan.ranks = []int{1, 2, 4, 8, 16, 32, 64}
	f.Func("ranks", "`NUMBERS` of processes of -plan, with commas between them; default: 1,2,4,8,16,32,64", o.plan.setRanks)
	f.IntVar(&o.plan.cores, "cores", 1, "`N` cores of a process of -plan")
	f.Float64Var(&o.plan.bandwidth, "bandwidth", plan.Ethernet.Bandwidth/1e9, "`GB/s` from process to process, of -plan; default: 1.2, of 10 Gb/s Ethernet")
	f.Float64Var(&o.plan.latency, "latency", 1e6*plan.Ethernet.Latency, "`MICROSECONDS` of a message, of -plan; default: 30")
	f.DurationVar(&o.every, "checkpoint-every", runs.Every, "`TIME` between the checkpoints that -resume goes on from; below 0: only on Ctrl-C")
	for _, name := range []string{"h", "help"} {
		f.BoolVar(&o.help, name, false, "the first flags; -h all: all flags, for the given -method or -config")
	}
	return f
}

func methodNames() []string {
	var names []string
	for _, m := range spec.Methods() {
		names = append(names, m.Name)
	}
	return names
}

// parameter is the flag of a method's parameter: its text is kept until the method is known.
type parameter struct {
	o *options
	spec.Parameter
}

func (p *parameter) String() string   { return "" }
func (p *parameter) IsBoolFlag() bool { return p.Switch }
func (p *parameter) Set(text string) error {
	p.o.settings = append(p.o.settings, spec.Setting{Name: p.Name, Text: text})
	return nil
}

// configure is what is to be run: the method or the config, with the flags' changes.
func (o *options) configure() (runs.Config, spec.Model, error) {
	c := runs.Config{Method: o.method}
	var m spec.Model
	if o.config != "" {
		var err error
		if c, m, err = runs.ReadConfig(o.config); err != nil {
			return c, nil, err
		}
	} else {
		method, err := spec.Lookup(o.method)
		if err != nil {
			return c, nil, command.AsUsage(o.asFlags(err))
		}
		m = method.Model()
	}
	m, err := spec.Apply(m, o.settings)
	if err != nil {
		return c, nil, command.AsUsage(o.asFlags(err))
	}
	if o.given["init-file"] && !o.given["init-scaling"] { // a preset's scale is that of its own start
		m = spec.Edit(m, func(d *models.Descent) { d.InitScaling = 0 })
	}
	c.Program = "embed"
	before := c.Data
	for name, change := range map[string]func(){
		"in":           func() { c.Data.In = o.data.In },
		"labels":       func() { c.Data.Labels = o.data.Labels },
		"label-column": func() { c.Data.LabelColumn = o.data.LabelColumn },
		"row-names":    func() { c.Data.RowNames = o.data.RowNames },
		"columns":      func() { c.Data.Columns = o.data.Columns },
		"drop":         func() { c.Data.Drop = o.data.Drop },
		"subsample":    func() { c.Data.Subsample = o.data.Subsample },
		"log1p":        func() { c.Data.Log1p = o.data.Log1p },
		"standardize":  func() { c.Data.Standardize = o.data.Standardize },
		"pca":          func() { c.Data.PCA = o.data.PCA },
		"max-mb":       func() { c.Data.MaxMB = o.data.MaxMB },
		"seed":         func() { c.Data.Seed = spec.SeedOf(m) },
		"init-file":    func() { c.Start, c.StartSHA256 = o.start, "" },
		"no-model":     func() { c.NoModel = o.noModel },
		"init":         func() { c.Start, c.StartSHA256 = "", "" },
	} {
		if o.given[name] {
			change()
		}
	}
	if !reflect.DeepEqual(c.Data, before) {
		c.SHA256, c.LabelsSHA256 = "", ""
	}
	if c.Data.In == "" && !o.help && !o.given["plan"] {
		return c, nil, command.Usage("-in is missing: want a file of points, or one of %s", strings.Join(prepare.Names(), ", "))
	}
	return c, m, nil
}

// atOnce refuses the flags of a descent beside a method without one.
func (o *options) atOnce(m spec.Model) error {
	if _, descends := m.(spec.Stepped); descends {
		return nil
	}
	for _, name := range []string{"init-file", "checkpoint-every", "snapshots"} {
		if o.given[name] {
			return fmt.Errorf("-%s with -method %s: %w", name, o.method, runs.ErrNoSteps)
		}
	}
	return nil
}

// asFlags speaks of a parameter as the command line does.
func (o *options) asFlags(err error) error {
	text := strings.TrimPrefix(err.Error(), "spec: ")
	for _, s := range o.settings {
		text = strings.Replace(text, "parameter "+s.Name+" ", "flag -"+s.Name+" ", 1)
		if strings.HasPrefix(text, s.Name+" = ") || strings.HasPrefix(text, s.Name+": ") {
			text = "-" + text
		}
	}
	return fmt.Errorf("%s", text)
}
