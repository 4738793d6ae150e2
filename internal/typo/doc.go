// Package typo finds the name that somebody probably meant.
package typo
