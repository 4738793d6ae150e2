//go:build race

package models

// raced says that the race detector watches, which takes several times the memory and ten times the time of what it watches.
const raced = true
