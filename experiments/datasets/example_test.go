package datasets_test

import (
	"fmt"
	"os"
	"path/filepath"

	"affmatch/experiments/datasets"
)

func ExampleCells() {
	cells := datasets.Cells(1)
	fmt.Println(cells)
	fmt.Println(cells.Names)
	// Output:
	// cells: 1047 x 10, 4 classes
	// [type 1 type 2 type 3 type 4]
}

func ExampleRead() {
	folder, err := os.MkdirTemp("", "example")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "cells.csv")
	content := "CD3,CD19,cell_type\n7.1,0.2,T cell\n0.3,5.5,B cell\n6.4,0.1,T cell\n"
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		fmt.Println(err)
		return
	}
	d, err := datasets.Read(path)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(d)
	fmt.Println(d.Names, d.Labels)
	// Output:
	// cells: 3 x 2, 2 classes
	// [B cell T cell] [1 0 1]
}

func ExampleSets() {
	for _, s := range datasets.Sets() {
		fmt.Printf("%-20s %5d x %3d  %8d bytes  %s\n", s.Name, s.Rows, s.Cols, s.Size(), s.License)
	}
	// Output:
	// snareseq              1047 x  10     87027 bytes  MIT (the SCOT repository)
	// digits                1797 x  64     57512 bytes  CC BY 4.0
	// mnist                10000 x 784   1653419 bytes  CC BY-SA 3.0
	// mnist-train          60000 x 784   9941303 bytes  CC BY-SA 3.0
	// fashion-mnist        10000 x 784   4427250 bytes  MIT
	// fashion-mnist-train  60000 x 784  26451395 bytes  MIT
}
