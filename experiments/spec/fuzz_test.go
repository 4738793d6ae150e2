package spec

import (
	"hash/fnv"
	"math/rand/v2"
	"os"
	"regexp"
	"testing"
)

// texts are those of every method, and one of an optimizer's part.
func texts(t testing.TB) (all [][]byte) {
	for _, m := range Methods() {
		b, err := Encode(m.Model())
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, b)
	}
	return append(all, []byte(`{"version":1,"type":"AffinityMatcher","Schedule":{"type":"MultiStep","At":[1,2]}}`))
}

// variantsOfEach is how many changed texts one execution of the fuzzer decodes. The engine itself manages some 20 a second: it
// reads the counters of all that the binary links (gorgonia, plots) after each, while a text takes a few dozen microseconds.
const variantsOfEach = 50

func FuzzDecode(f *testing.F) {
	all := texts(f)
	for _, b := range all {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		decodes(t, b)
		h := fnv.New64a()
		h.Write(b) //nolint:errcheck // a hash takes everything
		rng := rand.New(rand.NewPCG(h.Sum64(), 1))
		for range variantsOfEach {
			decodes(t, variant(rng, b, all))
		}
	})
}

// TestDecodeStandsChangedTexts is the fuzzer without its engine. AFFMATCH_LONG=1: a million texts.
func TestDecodeStandsChangedTexts(t *testing.T) {
	count := 2000
	if os.Getenv("AFFMATCH_LONG") != "" {
		count = 1_000_000
	}
	all, rng, read := texts(t), rand.New(rand.NewPCG(5, 6)), 0
	for range count {
		if decodes(t, variant(rng, all[rng.IntN(len(all))], all)) {
			read++
		}
	}
	t.Logf("%d texts, %d of them decoded", count, read)
	if read < count/200 || read > count*99/100 {
		t.Errorf("%d of %d texts decoded: the changes are too wild or too tame", read, count)
	}
}

// decodes wants of a text that can be read that what it becomes can be read too.
func decodes(t *testing.T, b []byte) bool {
	m, err := Decode(b)
	if err != nil {
		return false
	}
	text, err := Encode(m)
	if err != nil {
		t.Fatalf("%s: %v", b, err)
	}
	if _, err := Decode(text); err != nil {
		t.Fatalf("%s\nbecame %s: %v", b, text, err)
	}
	return true
}

var token = regexp.MustCompile(`"[^"]*"|[-+0-9.eE]+|[{}\[\],:]|true|false|null`)

// variant is a text with one or two of its tokens or bytes changed: for another text's, for numbers at the ends, or away.
func variant(rng *rand.Rand, b []byte, all [][]byte) []byte {
	ends := []string{"0", "-1", "1e308", "1e999", "9223372036854775808", "null", `""`, "[]", "{}", "true", `"nil"`, "0.5", "1"}
	for range 1 + rng.IntN(2) {
		at := token.FindAllIndex(b, -1)
		if len(at) == 0 {
			return b
		}
		span := at[rng.IntN(len(at))]
		var put []byte
		switch rng.IntN(4) {
		case 0:
			put = []byte(ends[rng.IntN(len(ends))])
		case 1:
			from := all[rng.IntN(len(all))]
			tokens := token.FindAll(from, -1)
			put = tokens[rng.IntN(len(tokens))]
		case 2: // away
		case 3:
			put = append([]byte(nil), b[span[0]:span[1]]...)
			put[rng.IntN(len(put))] = byte(rng.IntN(256))
		}
		b = append(append(append([]byte(nil), b[:span[0]]...), put...), b[span[1]:]...)
	}
	return b
}
