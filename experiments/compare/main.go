// Command compare draws the curves of kept runs in one figure, and puts their scores and embeddings side by side:
//
//	go run ./experiments/compare runs/embed-1 runs/embed-2 runs/losses
//
// A program with parts of one's own beside the built-in ones: package lab.
package main

import (
	"affmatch/experiments/command"
	"affmatch/experiments/command/compare"
)

func main() { command.Main("compare", compare.Run) }
