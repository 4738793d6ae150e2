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
	// Output: plots: Scatter: Labels[1] = 2, want 0 to 1 (there are 2 Names), or Unlabeled
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

func ExampleParameterCurves() {
	fig, err := plots.ParameterCurves{
		Parameter: "Perplexity", Measure: "Trustworthiness", LogX: true,
		Series: []plots.Series{
			{Name: "t-SNE", At: []float64{5, 10, 30, 100}, Values: [][]float64{{.94, .95, .96, .95}, {.93, .95, .95, .94}}},
			{Name: "SNE", At: []float64{5, 10, 30, 100}, Values: [][]float64{{.91, .92, .93, .93}}},
		},
	}.Figure()
	fmt.Println(fig != nil, err)
	// Output: true <nil>
}

func ExamplePreservationCurves() {
	fig, err := plots.PreservationCurves{Series: []plots.Series{
		{Name: "UMAP", At: []float64{1, 10, 100}, Values: [][]float64{{0.21, 0.36, 0.44}}},
	}}.Figure()
	fmt.Println(fig != nil, err)
	// Output: true <nil>
}

func ExampleMatrix() {
	p := mat.NewSymDense(3, []float64{0, .3, .1, .3, 0, .1, .1, .1, 0})
	fig, err := plots.Matrix{Entries: p, Labels: []int{0, 0, 1}, Names: []string{"H1", "GM"}, Name: "P_{ij}"}.Figure()
	fmt.Println(fig != nil, err)
	// Output: true <nil>
}

func ExampleProject() {
	space := mat.NewDense(2, 3, []float64{0, 0, 0, 1, 2, 3})
	flat, depth, err := plots.Project(space, -60, 30)
	if err != nil {
		fmt.Println(err)
		return
	}
	fig, err := plots.Scatter{Points: flat, Depth: depth}.Figure()
	fmt.Printf("right %.2f, up %.2f, behind %.2f; %v %v\n", flat.At(1, 0), flat.At(1, 1), depth[1], fig != nil, err)
	// Output: right 1.87, up 3.21, behind -0.43; true <nil>
}
