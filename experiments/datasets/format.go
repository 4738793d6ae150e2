package datasets

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Formats are those that Read knows, for people.
const Formats = ".npy, .npz, .mtx, .csv, .tsv, .txt, .parquet, .arrow, .feather or IDX (-idx3-ubyte, .idx), each also .gz, .bz2 or .zst"

var idxName = regexp.MustCompile(`(^|[-._])idx[0-9]*(-ubyte)?$`)

// extensions of the formats, and what we call these.
var extensions = map[string]string{
	"npy": "npy", "npz": "npz", "mtx": "mtx", "csv": "csv", "tsv": "tsv", "txt": "txt", "parquet": "parquet",
	"pq": "parquet", "arrow": "arrow", "arrows": "arrow", "feather": "arrow", "ipc": "arrow", "h5ad": "h5",
	"h5": "h5", "hdf5": "h5",
}

// formatOf tells the format by the name: npy, npz, csv, tsv, txt, idx, ... or empty; packed: it ends as packed files do.
func formatOf(path string) (kind string, packed bool) {
	base := strings.ToLower(filepath.Base(path))
	name := unpackedName(base)
	if idxName.MatchString(name) {
		return "idx", name != base
	}
	return extensions[strings.TrimPrefix(filepath.Ext(name), ".")], name != base
}

// beginnings of the binary formats.
var beginnings = []struct{ kind, start string }{
	{"npy", "\x93NUMPY"}, {"npz", "PK\x03\x04"}, {"mtx", "%%MatrixMarket"}, {"h5", "\x89HDF\r\n\x1a\n"},
	{"parquet", "PAR1"}, {"arrow", arrowFile}, {"arrow", arrowStream}, {"arrow", "FEA1"},
}

// formatIn tells the format by how the content begins; text: any that is not known.
func formatIn(start []byte) (kind string) {
	for _, b := range beginnings {
		if strings.HasPrefix(string(start), b.start) {
			return b.kind
		}
	}
	if len(start) > 3 && start[0] == 0 && start[1] == 0 && idxElements[start[2]] != "" && start[3] > 0 && start[3] < 8 {
		return "idx"
	}
	return ""
}

// kindOf is the format of a name and a beginning. A text file's name gives way to a beginning that no text has.
func kindOf(name string, start []byte) string {
	kind, _ := formatOf(name)
	if kind != "" && !hasColumns(kind) {
		return kind
	}
	if found := formatIn(start); found != "" {
		return found
	}
	if kind == "" && textual(start) {
		return "txt"
	}
	return kind
}

func hasColumns(kind string) bool { return slices.Contains([]string{"csv", "tsv", "txt"}, kind) }

// textual says that bytes may be of a text: in UTF-8 without control characters, or in UTF-16 with a mark.
func textual(start []byte) bool {
	if strings.HasPrefix(string(start), "\xFF\xFE") || strings.HasPrefix(string(start), "\xFE\xFF") {
		return true
	}
	for _, b := range start {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' && b != '\f' {
			return false
		}
	}
	return len(start) > 0
}

// isArray says that a file has, by its name, no columns with names.
func isArray(path string) bool {
	kind, _ := formatOf(path)
	return slices.Contains([]string{"npy", "npz", "mtx", "idx", "h5"}, kind)
}
