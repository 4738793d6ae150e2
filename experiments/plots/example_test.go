package plots_test

import (
	"fmt"
	"os"
	"path/filepath"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/plot/vg"

	"affmatch/experiments/plots"
)

func ExampleScatter() {
	z := mat.NewDense(4, 2, []float64{0, 0, 0.1, 0.2, 3, 3, 3.1, 2.8})
	fig, err := plots.Scatter{
		Points: z,
		Labels: []int{0, 0, 1, 1},
		Names:  []string{"H1", "GM"},
		Title:  "UMAP",
	}.Figure()
	if err != nil {
		fmt.Println(err)
		return
	}
	width, _ := fig.Size()
	fmt.Printf("%.0f mm wide\n", width/vg.Millimeter)
	// Output: 85 mm wide
}

func ExampleScatter_wrongLabel() {
	z := mat.NewDense(2, 2, []float64{0, 0, 1, 1})
	_, err := plots.Scatter{Points: z, Labels: []int{1, 2}, Names: []string{"H1", "GM"}}.Figure()
	fmt.Println(err)
	// Output: plots: Scatter: Labels[1] = 2, want 0 to 1 (there are 2 Names), or Unlabelled
}

func ExampleLossCurves() {
	fig, err := plots.LossCurves{
		LogY: true,
		Runs: []plots.Run{
			{Name: "SNE", Loss: [][]float64{{9, 4, 2, 1.5}}},
			{Name: "t-SNE", Loss: [][]float64{{8, 3, 2, 1.2}, {8, 4, 2, 1.3}}}, // two seeds
		},
	}.Figure()
	if err != nil {
		fmt.Println(err)
		return
	}
	dir, err := os.MkdirTemp("", "figures")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	if err := plots.Save(fig, filepath.Join(dir, "loss"), "png", "pdf"); err != nil {
		fmt.Println(err)
		return
	}
	files, _ := filepath.Glob(filepath.Join(dir, "*"))
	for _, f := range files {
		fmt.Println(filepath.Base(f))
	}
	// Output:
	// loss.pdf
	// loss.png
}

func ExampleGrid() {
	z := mat.NewDense(3, 2, []float64{0, 0, 1, 0, 0, 1})
	var ps []plots.Plot
	for _, method := range []string{"t-SNE", "SNE", "UMAP"} {
		ps = append(ps, plots.Scatter{Points: z, Labels: []int{0, 1, 1}, Title: method})
	}
	fig, err := plots.Grid{Plots: ps, Letters: true}.Figure()
	if err != nil {
		fmt.Println(err)
		return
	}
	width, _ := fig.Size()
	fmt.Printf("%.0f mm wide\n", width/vg.Millimeter)
	// Output: 175 mm wide
}
