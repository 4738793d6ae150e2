package maps_test

import (
	"bytes"
	"fmt"

	"gonum.org/v1/gonum/mat"

	"affmatch/experiments/maps"
)

func ExampleMap() {
	z := mat.NewDense(3, 2, []float64{0, 0, 1, 0, 5, 5})
	m := maps.Map{Title: "three cells", Views: []maps.View{{Points: z}}, Labels: []int{0, 0, 1}, Names: []string{"T", "B"}}
	var page bytes.Buffer
	err := m.Write(&page)
	fmt.Println(err, bytes.Contains(page.Bytes(), []byte("<title>three cells</title>")))
	// Output: <nil> true
}
