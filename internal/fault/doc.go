// Package fault holds the errors and the panic guard that the library packages share.
package fault
