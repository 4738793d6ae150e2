// Package team is several processes, or goroutines, that make one fit together: all run the same program, each does its
// part of the long loops, and what it has found comes to all of them in an order that is the same whatever their
// number. So every member has the same numbers after each exchange, takes the same decisions, and ends with the bits of
// one process alone.
//
//	ctx = team.With(ctx, t)   // what is made with ctx is made by all members
//	t := team.From(ctx)       // nil: alone
//
// Members must ask for the same exchanges in the same order. What a member does by itself goes through Agree, so that what
// fails there fails on all; a member that fails elsewhere must end the others (for processes MPI_Abort), or they wait for
// ever. Package mpi has processes, Local goroutines.
package team
