package maps

import (
	"embed"
	"fmt"
	"html"
	"io"
	"strings"
)

//go:embed page
var source embed.FS

// scripts of the page, in the order in which they stand in it.
var scripts = []string{"data", "camera", "drawing", "finding", "panel", "page"}

// Write writes the page.
func (m Map) Write(w io.Writer) error {
	if err := m.Validate(); err != nil {
		return err
	}
	points, names, err := m.encode()
	if err != nil {
		return err
	}
	var script strings.Builder
	for _, name := range scripts {
		script.WriteString(read(name + ".js"))
	}
	// One pass: what is put in is not looked at again.
	page := strings.NewReplacer(
		"{{title}}", html.EscapeString(strings.ToValidUTF8(m.Title, "\uFFFD")), "{{style}}", read("page.css"),
		"{{points}}", points, "{{names}}", names, "{{script}}", script.String(),
	)
	if _, err := page.WriteString(w, read("page.html")); err != nil {
		return fmt.Errorf("maps: %w", err)
	}
	return nil
}

func read(name string) string {
	b, err := source.ReadFile("page/" + name)
	if err != nil {
		panic(err) // it is part of the program
	}
	return string(b)
}
