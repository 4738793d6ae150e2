//go:build race

package models

// raced says that the race detector watches, which takes several times the memory of what it watches.
const raced = true
