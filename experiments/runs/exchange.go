package runs

import (
	"errors"
	"os"
)

// exchangeByThree swaps two folders by three renames: b is away for a moment, and what was there is in b.old.
func exchangeByThree(a, b string) error {
	away := b + ".old"
	if err := os.Rename(b, away); err != nil {
		return err
	}
	if err := os.Rename(a, b); err != nil {
		return errors.Join(err, os.Rename(away, b))
	}
	return os.Rename(away, a)
}
