//go:build !amd64 || purego

package machine

func processor() []string { return nil }
