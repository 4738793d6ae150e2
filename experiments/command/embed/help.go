package embed

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"affmatch/experiments/spec"
)

const usage = "usage: embed -in FILE [flags]\nMakes an embedding of a file and keeps it in a folder, with its scores and figures.\n"

// first lists the flags that one needs first.
func first(w io.Writer, method string, m spec.Model) {
	fmt.Fprint(w, usage+"\n")
	section(w, "in", "labels", "method")
	all := spec.Parameters(m)
	for _, name := range []string{"neighbors", "perplexity", "min-dist", "dim", "metric", "steps", "seed"} {
		for _, p := range all {
			if p.Name == name {
				entry(w, p.Name, p.Value, meaning(p, all))
			}
		}
	}
	section(w, "out", "model", "resume")
	fmt.Fprintf(w, "\nValues are those of %s. embed -h all lists the %d flags that this method has, -method NAME -h all those of another.\n",
		method, len(all)+len(slices.Concat(fixedFlags[:]...)))
}

// fixedFlags are those that do not belong to a method: of data, of the method itself, of results.
var fixedFlags = [...][]string{
	{"in", "labels", "label-column", "row-names", "columns", "drop", "subsample", "log1p", "standardize", "pca", "max-mb"},
	{"method", "config"},
	{"init-file", "out", "format", "overwrite", "watch", "snapshots", "scores", "figures", "no-model", "resume",
		"checkpoint-every", "model", "plan", "ranks", "cores", "bandwidth", "latency", "help"},
}

func section(w io.Writer, names ...string) {
	fixed := (&options{}).fixed()
	for _, name := range names {
		f := fixed.Lookup(name)
		arg, text := flag.UnquoteUsage(f)
		entry(w, name, arg, text)
	}
}

// help lists the fixed flags and the parameters of the model, each with its value and its meaning.
func help(w io.Writer, method string, m spec.Model) {
	fmt.Fprint(w, usage)
	titled := func(title string, names []string) {
		fmt.Fprintf(w, "\n%s\n", title)
		section(w, names...)
	}
	titled("Data", fixedFlags[0])
	titled("Method", fixedFlags[1])
	all := spec.Parameters(m)
	list := func(title string, parts bool) {
		fmt.Fprintf(w, "\n%s of %s, as they are now\n", title, method)
		for _, p := range all {
			if (p.Choices != nil) == parts {
				entry(w, p.Name, p.Value, meaning(p, all))
			}
		}
	}
	list("Parts", true)
	list("Parameters", false)
	titled("Results", fixedFlags[2])
	var others []string
	for _, p := range spec.Known() {
		if !slices.ContainsFunc(all, func(q spec.Parameter) bool { return q.Name == p.Name }) {
			others = append(others, "-"+p.Name)
		}
	}
	fmt.Fprint(w, "\nFlags of other methods and parts\n")
	wrap(w, strings.Join(others, " "))
	fmt.Fprint(w, "\nA part around another is written with parentheses: -affinity-out 'odds(student)', -optimizer 'clip(adam)'.\n")
}

// meaning is the field's comment, in the words of a command line.
func meaning(p spec.Parameter, all []spec.Parameter) string {
	if same, ok := strings.CutPrefix(p.Name, "exaggeration-"); ok && slices.ContainsFunc(all, func(q spec.Parameter) bool { return q.Name == same && q.Owner == p.Owner }) {
		return "as -" + same + ", in the exaggerated steps"
	}
	text := strings.TrimSuffix(strings.Replace(p.Doc, "nil: ", "none: ", 1), ".")
	if p.Choices != nil {
		text = strings.TrimLeft(text+"; one of "+strings.Join(p.Choices, ", "), "; ")
	}
	return text
}

func entry(w io.Writer, name, value, text string) {
	fmt.Fprintln(w, strings.TrimRight("  -"+name+" "+value, " "))
	if text != "" {
		wrap(w, text)
	}
}

// wrap writes indented lines of at most 100 characters.
func wrap(w io.Writer, text string) {
	const indent, width = "        ", 100
	line := indent
	for word := range strings.FieldsSeq(text) {
		if len(line)+len(word) > width && line != indent {
			fmt.Fprintln(w, strings.TrimRight(line, " "))
			line = indent
		}
		line += word + " "
	}
	fmt.Fprintln(w, strings.TrimRight(line, " "))
}
