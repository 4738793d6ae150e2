// Package plots draws the figures of a paper about embeddings: scatter plots, loss curves, quality against a parameter,
// neighbourhood preservation, affinity matrices, and grids of them.
//
// A plot is a struct that holds its data and its few settings; the zero value of every setting is the good default.
//
//	fig, err := plots.Scatter{Points: z, Labels: types, Names: names}.Figure()
//	...
//	err = plots.Save(fig, "runs/umap/embedding", "png", "svg", "pdf")
//
// Grid puts several plots, of any kinds, side by side under one shared legend. Sizes are those of journals: SingleColumn
// (85 mm, the default of one plot) and DoubleColumn (175 mm, the default of a grid); type is Liberation Sans of 7 to 9
// points, whatever the size of the figure, so a figure goes into the paper unscaled.
//
// The same plot gives the same bytes: points are drawn in one shuffled order that depends on their number only, so no
// class hides another and no run differs from the next. Colours are told apart by readers with any common colour
// vision deficiency (see Categorical). In titles, names and labels ^{...} raises and _{...} lowers: "R_{NX}(k)".
//
// The drawing goes through the canvases of gonum.org/v1/plot (vg/vgimg, vg/vgsvg, vg/vgpdf); its Plot type is not used,
// and no global state of it is read or changed. Read figure.go first, then scatter.go.
package plots
