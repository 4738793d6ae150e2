package fmm

import (
	"fmt"
	"testing"

	"affmatch/internal/machine"
)

// BenchmarkLevel makes the tables of one side with all offsets up to 3, as far as they are needed.
func BenchmarkLevel(b *testing.B) {
	for dim := 1; dim <= 3; dim++ {
		for _, order := range []int{4, 5, 6} {
			b.Run(fmt.Sprintf("dim=%d/order=%d", dim, order), func(b *testing.B) {
				o, err := NewOperators(tsne, dim, order, 1e-3, machine.Vector())
				if err != nil {
					b.Fatal(err)
				}
				cpu(b, func() error {
					clear(o.levels)
					l := o.at(1)
					var ask, meet []int32
					for n, c := range l.closeness {
						if c == unknown {
							ask = append(ask, int32(n))
						}
					}
					o.know(l, ask, 2)
					for _, n := range ask {
						if l.closeness[n] == far {
							meet = append(meet, n)
						}
					}
					o.tabulate(l, meet, 2)
					return nil
				})
			})
		}
	}
}
