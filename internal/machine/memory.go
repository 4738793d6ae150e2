// Package machine says what there is to work with.
package machine

import (
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// Memory is how many bytes this process may have at most: the machine's, or less where a control group says so; 0 where the
// system does not tell. What others take of it is not looked at.
func Memory() int64 { return memory("/") }

// memory reads the files of a system whose root is given.
func memory(root string) int64 {
	least := int64(math.MaxInt64)
	if kB, ok := total(filepath.Join(root, "proc/meminfo")); ok {
		least = kB << 10
	}
	groups := []string{"sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes"}
	for _, path := range own(filepath.Join(root, "proc/self/cgroup")) {
		for ; path != "/" && path != "."; path = filepath.Dir(path) { // a limit of the group, or of one that it lies in
			groups = append(groups, filepath.Join("sys/fs/cgroup", path, "memory.max"),
				filepath.Join("sys/fs/cgroup/memory", path, "memory.limit_in_bytes"))
		}
	}
	for _, g := range groups {
		text, err := os.ReadFile(filepath.Join(root, g))
		if err != nil {
			continue
		}
		if v, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64); err == nil && v > 0 { // not "max"
			least = min(least, v)
		}
	}
	if least == math.MaxInt64 {
		return 0
	}
	return least
}

// total is MemTotal of /proc/meminfo, in kB.
func total(path string) (int64, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0, false
	}
	for l := range strings.Lines(string(text)) {
		if f := strings.Fields(l); len(f) > 1 && f[0] == "MemTotal:" {
			kB, err := strconv.ParseInt(f[1], 10, 64)
			return kB, err == nil && kB > 0
		}
	}
	return 0, false
}

// own are the paths of the control groups that the process is in.
func own(path string) (groups []string) {
	text, _ := os.ReadFile(path) // none: no groups
	for l := range strings.Lines(string(text)) {
		if f := strings.SplitN(strings.TrimSpace(l), ":", 3); len(f) == 3 && (f[1] == "" || strings.Contains(f[1], "memory")) {
			groups = append(groups, filepath.Clean("/"+f[2]))
		}
	}
	return groups
}
