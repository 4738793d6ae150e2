// Package watch shows fits under way on a page of the loopback address: their losses as they fall, their embeddings as they
// move, their scores when they are done.
//
//	server, err := watch.Listen("127.0.0.1:0")
//	fit := server.Begin("UMAP of the cells", labels, names, 250)
//	fit.Step(record, z) // in models.Descent.OnStep
//	fit.Scored(report)
//	fit.End("finished", "all steps made")
//	err = server.Close()
//
// The page hears of steps by server-sent events, ten times a second, with scripts of its own alone. A fit does not wait for
// it: a step is an entry in a list, and an embedding is copied ten times a second, of at most 20,000 points, while a page is
// open. Whoever comes late gets the whole course. Close waits a moment for open pages to hear the end; they keep what they
// show, and what moved can be moved again.
//
// All methods of a nil *Server and a nil *Fit do nothing. Read fit.go first, then server.go.
package watch
