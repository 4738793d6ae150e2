package spec

import "testing"

func BenchmarkApply(b *testing.B) {
	umap, err := Lookup("umap")
	if err != nil {
		b.Fatal(err)
	}
	settings := []Setting{{"min-dist", "0.2"}, {"optimizer", "clip(adam)"}, {"lr", "0.5"}}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Apply(umap.Model(), settings); err != nil {
			b.Fatal(err)
		}
	}
}
