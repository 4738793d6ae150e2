// Command asm writes the generated files of affmatch/internal/vec.
package main

import (
	"log"
	"os"
	"path/filepath"
)

func main() {
	if err := write("coefficients.go", goCoefficients); err != nil {
		log.Fatal(err)
	}
}

func write(name string, source func() ([]byte, error)) error {
	b, err := source()
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join("..", name), b, 0o644)
}
