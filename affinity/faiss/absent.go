//go:build !faiss

package faiss

import (
	"context"

	"affmatch/affinity"
)

// Present says whether the program has the library.
const Present = false

func open(context.Context, []float32, int, config) (affinity.Finding, error) { return nil, ErrAbsent }
