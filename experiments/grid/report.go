package grid

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"strings"

	"affmatch/experiments/maps"
	"affmatch/experiments/prepare"
	"affmatch/experiments/runs"
)

//go:embed report.html
var reportPage string

var reportTemplate = template.Must(template.New("report").Parse(reportPage))

// reported is what report.html is made of.
type reported struct {
	Title   string
	Header  []string
	Words   int
	Rows    [][]string
	Remarks []string
	Lists   [][]string // of each remark
	Figures []drawn
	Maps    []page
}

type drawn struct {
	Name string
	SVG  template.HTML
}

type page struct{ Name, HTML string }

// report writes report.html and the maps that are in it: the table, the figures, and the embeddings side by side, linked, in
// one file that needs no other. Of more embeddings than a page can show it has the first seed of each configuration.
func (all Results) report(folder runs.Folder, title string, data map[string]*prepare.Prepared, figures []figure) error {
	t := all.table()
	r := reported{Title: title, Header: t.header, Words: t.words, Rows: t.rows}
	for _, remark := range all.remarks(t.shown) {
		r.Remarks, r.Lists = append(r.Remarks, remark.text), append(r.Lists, remark.list)
	}
	for _, f := range figures {
		if f.kind == "embeddings" {
			continue // the map is there
		}
		fig, err := f.grid.Figure()
		if err != nil {
			return fmt.Errorf("grid: figure %s: %w", f.base, err)
		}
		var svg bytes.Buffer
		if err := fig.Write(&svg, "svg"); err != nil {
			return err
		}
		_, drawing, _ := strings.Cut(svg.String(), "<svg") // without the head of a file
		r.Figures = append(r.Figures, drawn{f.base, template.HTML("<svg" + drawing)})
	}
	for _, name := range all.dataNames() {
		m, ok := all.linked(name, data[name])
		if !ok {
			continue
		}
		var b bytes.Buffer
		if err := m.Write(&b); err != nil {
			return err
		}
		base := "map-" + plain(name)
		if err := folder.Write(base+".html", func(w io.Writer) error { _, err := w.Write(b.Bytes()); return err }); err != nil {
			return err
		}
		r.Maps = append(r.Maps, page{base, b.String()})
	}
	return folder.Write("report.html", func(w io.Writer) error { return reportTemplate.Execute(w, r) })
}

// mostViews is how many embeddings a page shows: more are too small to be looked at.
const mostViews = 16

// linked is the page of the finished embeddings of some data; false where there are none that it can show.
func (all Results) linked(name string, data *prepare.Prepared) (m maps.Map, ok bool) {
	m, _ = runs.MapOf(name, data)
	own := all.of(name)
	for _, g := range own.groups() {
		for i, r := range g.finished {
			if r.Embedding == nil || i > 0 && len(own) > mostViews {
				continue
			}
			view, err := runs.ViewOf(strings.Join(own.title(r), " "), r.Embedding, data.Labels, r.Scores.Each)
			if err == nil && len(m.Views) < mostViews {
				m.Views = append(m.Views, view)
			}
		}
	}
	return m, m.Views != nil
}

// of are the finished results of some data.
func (all Results) of(data string) (own Results) {
	for _, r := range all {
		if r.Data == data && r.Status.State == runs.Finished {
			own = append(own, r)
		}
	}
	return own
}
