package machine

import (
	"os"
	"path/filepath"
	"testing"
)

func TestMemoryIsTheLeastThatAnybodyAllows(t *testing.T) {
	for name, c := range map[string]struct {
		files map[string]string
		want  int64
	}{
		"nothing told": {nil, 0},
		"no group":     {map[string]string{"proc/meminfo": "MemTotal:  1000 kB\nMemFree: 3 kB\n"}, 1000 << 10},
		"group without a limit": {map[string]string{
			"proc/meminfo": "MemTotal: 1000 kB\n", "sys/fs/cgroup/memory.max": "max\n"}, 1000 << 10},
		"group with a limit": {map[string]string{
			"proc/meminfo": "MemTotal: 1000 kB\n", "sys/fs/cgroup/memory.max": "4096\n"}, 4096},
		"group around the own one": {map[string]string{
			"proc/meminfo": "MemTotal: 1000 kB\n", "proc/self/cgroup": "0::/a/b\n", "sys/fs/cgroup/a/memory.max": "8192\n",
			"sys/fs/cgroup/a/b/memory.max": "max\n"}, 8192},
		"version 1": {map[string]string{
			"proc/meminfo": "MemTotal: 1000 kB\n", "proc/self/cgroup": "5:cpu,memory:/j\n",
			"sys/fs/cgroup/memory/j/memory.limit_in_bytes": "9000\n"}, 9000},
		"version 1 without a limit": {map[string]string{
			"proc/meminfo": "MemTotal: 1000 kB\n", "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n"}, 1000 << 10},
	} {
		root := t.TempDir()
		for path, text := range c.files {
			path = filepath.Join(root, path)
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if got := memory(root); got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
