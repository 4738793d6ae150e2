// Package npz writes and reads arrays of numbers, and plain bytes, in one zip, as numpy.savez does: members are stored as they
// are, not packed, so that a file holds no more than its size. numpy.load reads all of them; the zip's checksums tell damage.
package npz
