// Package vec holds the vector routines that the engine's bytecode calls, one routine an instruction, over tiles of about
// 1024 lanes that stay in the first-level cache.
package vec
