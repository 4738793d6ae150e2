//go:build !amd64 || purego

package tile

// sets are the kernel sets that this processor can run.
func sets() []set { return []set{inGo} }
