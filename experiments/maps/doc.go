// Package maps writes embeddings as pages to be looked at and passed on: one HTML file that needs no other, no network and
// no server.
//
//	m := maps.Map{Title: "UMAP of the cells", Views: []maps.View{{Points: z}}, Labels: types, Names: names}
//	err := m.Write(w)
//
// In the page points are named where the pointer is, classes go on and off, points are colored by class, by any column or
// by their own scores, rows are found by name, and a lasso makes a list of rows to copy or to download. Several views of the
// same rows stand side by side, and what is pointed at or selected in one is so in all. Views have two or three coordinates;
// three turn with the pointer.
//
// A file has positions of 16 bits, in the order of the rows, byte by byte of the number in planes, compressed (gzip) and in
// base64: about 6 MB for a million points. Names and titles of any script stand in the compressed part, and the page writes
// them as text alone, so that none of them is ever markup; bytes that are no UTF-8 are shown as U+FFFD. Of columns the page
// has 65,535 levels between the least value and the greatest, or 255 where there are many values (Column).
//
// The page draws all points by WebGL 2, with one call a view, and scripts of its own alone, which are in page/. Read map.go
// first, then encode.go and page/data.js, which are the two sides of the file.
package maps
