package npz

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"

	"affmatch/internal/fault"
)

// Array is numbers in a shape, the last index running fastest. Data is a []float64, []float32, []uint8, []int32 or []int64.
type Array struct {
	Shape []int
	Data  any
	As    string // the type in which float64 and float32 are written, where it holds each of them: "<f4", "|u1"; "": their own
}

// kind is numpy's name of the type of Data.
func kind(data any) string {
	switch data.(type) {
	case []float64:
		return "<f8"
	case []float32:
		return "<f4"
	case []uint8:
		return "|u1"
	case []int32:
		return "<i4"
	case []int64:
		return "<i8"
	}
	return ""
}

// sizes of an element of each kind.
var sizes = map[string]int{"<f8": 8, "<f4": 4, "|u1": 1, "<i4": 4, "<i8": 8}

// some is how many numbers are encoded or decoded at once.
const some = 1 << 13

// Encode writes the array as an npy file of version 1.0, some numbers at a time.
func (a Array) Encode(w io.Writer) error {
	descr, count := kind(a.Data), 1
	for _, n := range a.Shape {
		count *= n
	}
	if descr == "" || len(a.Shape) == 0 || binary.Size(a.Data) != count*sizes[descr] {
		return fault.Field("npz: array", fmt.Sprintf("%T of shape %v", a.Data, a.Shape), "as many numbers as its shape has")
	}
	if a.As != "" {
		descr = a.As
	}
	out := bufio.NewWriterSize(w, 1<<16)
	if err := (Header{Descr: descr, Shape: a.Shape}).Write(out); err != nil {
		return err
	}
	b := make([]byte, 0, 8*some)
	for lo := 0; lo < count; lo += some {
		var err error
		if b, err = a.append(b[:0], lo, min(lo+some, count)); err != nil {
			return err
		}
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return out.Flush()
}

// append appends the numbers lo..hi-1.
func (a Array) append(b []byte, lo, hi int) ([]byte, error) {
	switch data := a.Data.(type) {
	case []float64:
		return appendFloats(b, data[lo:hi], a.As)
	case []float32:
		return appendFloats(b, data[lo:hi], a.As)
	case []uint8:
		return append(b, data[lo:hi]...), nil
	case []int32:
		return binary.Append(b, binary.LittleEndian, data[lo:hi])
	}
	return binary.Append(b, binary.LittleEndian, a.Data.([]int64)[lo:hi])
}

func appendFloats[T float32 | float64](b []byte, x []T, as string) ([]byte, error) {
	switch as {
	case "":
		return binary.Append(b, binary.LittleEndian, x)
	case "|u1":
		for _, v := range x {
			b = append(b, uint8(v))
		}
		return b, nil
	case "<f4":
		single := make([]float32, len(x))
		for k, v := range x {
			single[k] = float32(v)
		}
		return binary.Append(b, binary.LittleEndian, single)
	}
	return nil, fault.Field("npz: array: As", as, `"<f4", "|u1" or nothing`)
}

// read reads what Encode wrote, of so many bytes.
func read(r io.Reader, size int64) (Array, error) {
	left := size
	take := func(b []byte, what string) error {
		left -= int64(len(b))
		if _, err := io.ReadFull(r, b); err != nil {
			return fault.Field("npz: array", fmt.Sprintf("%d bytes", size), "more, for "+what)
		}
		return nil
	}
	h, err := ReadHeader(take)
	switch {
	case err != nil:
		return Array{}, err
	case h.Fortran || len(h.Shape) == 0:
		return Array{}, fault.Field("npz: array", fmt.Sprintf("shape %v, Fortran order %v", h.Shape, h.Fortran),
			"rows, of a shape")
	case sizes[h.Descr] == 0:
		return Array{}, fault.Field("npz: array: type", h.Descr, "<f8, <f4, |u1, <i4 or <i8")
	}
	count := int64(sizes[h.Descr])
	for _, n := range h.Shape {
		if n > 0 && count > left/int64(n) {
			return Array{}, fault.Field("npz: array: shape", fmt.Sprint(h.Shape), fmt.Sprintf("no more than its %d bytes", left))
		}
		count *= int64(n)
	}
	if count != left {
		return Array{}, fault.Field("npz: array", fmt.Sprintf("%d bytes", left),
			fmt.Sprintf("%d, as its shape %v says", count, h.Shape))
	}
	a := Array{Shape: h.Shape}
	switch n := int(count) / sizes[h.Descr]; h.Descr {
	case "<f8":
		a.Data, err = numbers[float64](r, n)
	case "<f4":
		a.Data, err = numbers[float32](r, n)
	case "|u1":
		a.Data, err = numbers[uint8](r, n)
	case "<i4":
		a.Data, err = numbers[int32](r, n)
	default:
		a.Data, err = numbers[int64](r, n)
	}
	return a, err
}

func numbers[T float64 | float32 | uint8 | int32 | int64](r io.Reader, n int) ([]T, error) {
	x := make([]T, n)
	for lo := 0; lo < n; lo += some {
		if err := binary.Read(r, binary.LittleEndian, x[lo:min(lo+some, n)]); err != nil {
			return nil, err
		}
	}
	return x, nil
}
