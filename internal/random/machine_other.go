//go:build !amd64 || purego

package random

func othersAVX512([]int32, uint64, uint64, int32) {}
