package whole

import (
	"fmt"
	"io"
	"os"
)

// settingsMost is far more than anybody writes of settings.
const settingsMost = 16 << 20

// ReadSettings reads a file of settings: a regular one, which cannot keep anybody waiting, of at most 16 MB.
func ReadSettings(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, settingsMost+1))
	if err == nil && len(b) > settingsMost {
		err = fmt.Errorf("%s has more than %d bytes: want a file of settings", path, settingsMost)
	}
	return b, err
}
