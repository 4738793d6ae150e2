//go:build !race

package models

const raced = false
