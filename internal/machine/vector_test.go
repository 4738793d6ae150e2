package machine

import (
	"strings"
	"testing"
)

func TestTheEnvironmentChoosesTheVectors(t *testing.T) {
	all := Vectors()
	if all[len(all)-1] != Go {
		t.Errorf("sets %v, the last is to be %s", all, Go)
	}
	for name, want := range map[string]string{"": all[0], Go: Go, all[0]: all[0]} {
		if got, err := choose(name); got != want || err != nil {
			t.Errorf("AFFMATCH_VEC=%s: %s, %v; want %s", name, got, err, want)
		}
	}
	for _, name := range []string{"avx1024", "AVX2", "1"} {
		got, err := choose(name)
		if got != all[0] || err == nil || !strings.HasPrefix(err.Error(), "AFFMATCH_VEC = "+name+", want one of") {
			t.Errorf("AFFMATCH_VEC=%s: %s, %v", name, got, err)
		}
	}
}
