// Command asm writes the assembly of affmatch/internal/handwritten, and its declarations, into the folder above.
package main

import (
	"log"
	"os"
	"path/filepath"

	"github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/pass"
	"github.com/mmcloughlin/avo/printer"
)

func main() {
	if err := generate(); err != nil {
		log.Fatal(err)
	}
}

func generate() error {
	k := &kernel{Context: build.NewContext()}
	k.ConstraintExpr("!purego")
	for _, m := range []method{umap, cauchy} {
		k.attract(m)
		k.repel(m)
	}
	k.descend()
	k.writeConstants()
	file, err := k.Result()
	if err != nil {
		return err
	}
	if err := pass.Compile.Execute(file); err != nil {
		return err
	}
	config := printer.Config{Name: "affmatch/internal/handwritten/asm", Pkg: "handwritten"}
	for name, p := range map[string]printer.Printer{
		"kernel_amd64.s": printer.NewGoAsm(config), "kernel_amd64.go": printer.NewStubs(config),
	} {
		b, err := p.Print(file)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join("..", name), b, 0o644); err != nil {
			return err
		}
	}
	return nil
}
