//go:build !amd64 || purego

package tile

var assembled map[string]set
