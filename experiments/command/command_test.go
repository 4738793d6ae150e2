package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"strings"
	"testing"
)

func TestEndTellsTheCauseInOneLineAndTheCode(t *testing.T) {
	for _, c := range []struct {
		err  error
		code int
		want string
	}{
		{nil, 0, ""},
		{flag.ErrHelp, 0, ""},
		{errors.New("no file"), 1, "embed: no file\n"},
		{errors.Join(errors.New("a"), errors.New("b")), 1, "embed: a; b\n"},
		{fmt.Errorf("x: %w", Usage("bad -%s", "lr")), 2, "embed: x: bad -lr (embed -h lists flags)\n"},
		{AsUsage(nil), 0, ""},
		{fmt.Errorf("step 3: %w", context.Canceled), 130, "embed: interrupted: step 3: context canceled\n"},
	} {
		var b strings.Builder
		if code := End("embed", c.err, &b); code != c.code || b.String() != c.want {
			t.Errorf("%v: code %d, %q, want %d, %q", c.err, code, b.String(), c.code, c.want)
		}
	}
}

func TestParseSaysWhichFlagWasMeant(t *testing.T) {
	set := func() *flag.FlagSet {
		f := flag.NewFlagSet("x", flag.ContinueOnError)
		f.Float64("min-dist", 0, "")
		f.Int("steps", 0, "")
		return f
	}
	for _, c := range []struct{ args, want string }{
		{"-mindist 3", "unknown flag -mindist (did you mean -min-dist?)"},
		{"--step=3", "unknown flag -step (did you mean -steps?)"},
		{"-colour red", "unknown flag -colour"},
		{"-steps many", `invalid value "many" for flag -steps`},
		{"-steps", "flag needs an argument: -steps"},
		{"-steps 3 file.csv", `"file.csv": want flags only`},
	} {
		err := Parse(set(), strings.Fields(c.args))
		if !errors.Is(err, ErrUsage) || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.args, err, c.want)
		}
	}
	if err := Parse(set(), []string{"-steps", "3", "-h"}); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("-h: %v", err)
	}
}
