// Command sweep runs every combination of methods, parameters, seeds and data that a file lists, and compares them:
//
//	go run ./experiments/sweep -grid grid.json -out runs/losses
//
// The same command goes on where it was interrupted. See package grid for the file, and package lab for a program with parts
// of one's own beside the built-in ones.
package main

import (
	"affmatch/experiments/command"
	"affmatch/experiments/command/sweep"
)

func main() { command.Main("sweep", sweep.Run) }
