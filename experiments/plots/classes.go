package plots

import (
	"image/color"
	"math"
	"slices"
	"strconv"
)

// Unlabeled is the label of points that belong to no class.
const Unlabeled = -1

// classes are the colour of each point and the legend of the classes that occur.
func classes(labels []int, names []string) ([]color.NRGBA, []entry) {
	present := slices.Clone(labels)
	slices.Sort(present)
	present = slices.Compact(present)
	if present[0] == Unlabeled {
		present = present[1:]
	}
	palette := Categorical(max(len(names), len(present)))
	looks := map[int]entry{Unlabeled: {name: "unlabeled", color: noLabel, rank: math.MaxInt32}}
	for i, l := range present {
		if names == nil {
			looks[l] = entry{name: strconv.Itoa(l), color: palette[i], rank: l}
		} else {
			looks[l] = entry{name: names[l], color: palette[l], rank: l}
		}
	}
	colors := make([]color.NRGBA, len(labels))
	var key []entry
	for _, l := range present {
		key = append(key, looks[l])
	}
	if slices.Contains(labels, Unlabeled) {
		key = append(key, looks[Unlabeled])
	}
	for i, l := range labels {
		colors[i] = looks[l].color
	}
	return colors, key
}

// layer puts unlabeled points beneath the others.
func layer(label int) int {
	if label == Unlabeled {
		return 0
	}
	return 1
}

// labelRank puts unlabeled points last.
func labelRank(label int) int {
	if label == Unlabeled {
		return math.MaxInt32
	}
	return label
}

// shades are the colour of each point and the bar that explains them.
func shades(values []float64, name string, ends [2]float64) ([]color.NRGBA, *colorBar) {
	if ends == [2]float64{} {
		ends = [2]float64{slices.Min(values), slices.Max(values)}
	}
	bar := &colorBar{axis{label: name, min: ends[0], max: ends[1]}}
	colors := make([]color.NRGBA, len(values))
	for i, v := range values {
		colors[i] = Continuous(bar.position(v))
	}
	return colors, bar
}

// fog makes colours paler with depth, the farthest by mostFog.
func fog(colors []color.NRGBA, depth []float64) {
	const mostFog = 0.65
	near, far := slices.Min(depth), slices.Max(depth)
	for i := range colors {
		if far > near {
			colors[i] = lighter(colors[i], mostFog*(depth[i]-near)/(far-near))
		}
	}
}
