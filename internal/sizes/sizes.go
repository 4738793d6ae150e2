// Package sizes multiplies numbers of rows, columns and bytes that may not be numbers any more.
package sizes

// Most is what a product is at most: so far beyond any machine that sums and small multiples of it are int64 still.
const Most = 1 << 54

// Of is the product of sizes of at least 0, or Most.
func Of(factors ...int64) int64 {
	product := int64(1)
	for _, f := range factors {
		switch {
		case f <= 0:
			return 0
		case product > Most/f:
			product = Most // a 0 may follow
		default:
			product *= f
		}
	}
	return min(product, Most)
}
