package team

import "unsafe"

// Number is what members exchange.
type Number interface {
	float32 | float64 | int32 | int64 | uint32 | uint64
}

// Bytes is an array as the bytes that it lies in. Members are machines of one kind.
func Bytes[T Number](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), BytesOf[T](len(v)))
}

// BytesOf is how many bytes so many numbers take.
func BytesOf[T Number](n int) int {
	var v T
	return n * int(unsafe.Sizeof(v))
}
