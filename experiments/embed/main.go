// Command embed makes an embedding of any file, by any method:
//
//	go run ./experiments/embed -in points.csv -method tsne -perplexity 20
//	go run ./experiments/embed -config runs/embed-20260101-120000/config.json   # the same again, to the bit
//
// Every parameter of the method is a flag, and every part of it can be swapped by name; -method NAME -h all lists them.
// A program with parts of one's own beside the built-in ones: package lab.
package main

import (
	"affmatch/experiments/command"
	"affmatch/experiments/command/embed"
)

func main() { command.MainTogether("embed", embed.Run) }
