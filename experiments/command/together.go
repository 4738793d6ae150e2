package command

import (
	"fmt"
	"io"
	"os"
	"time"

	"affmatch/internal/mpi"
	"affmatch/internal/team"
)

// grace is how long a process that failed waits for the others: they may have failed the same way, and have something
// to write.
const grace = 3 * time.Second

// MainTogether is Main of a command that several processes of MPI run together: its context has their team (package
// team). The first one speaks for all. If one fails, all end.
func MainTogether(name string, run Run) {
	w, err := mpi.Join()
	switch {
	case err != nil:
		os.Exit(End(name, err, os.Stderr))
	case w == nil:
		os.Exit(Call(interruptible(), name, run, os.Args[1:], os.Stdout, os.Stderr))
	}
	ctx := team.With(interruptible(), w)
	if w.Rank() == 0 {
		if code := Call(ctx, name, run, os.Args[1:], os.Stdout, os.Stderr); code != 0 {
			w.Abort(code)
		}
	} else if err := run(ctx, os.Args[1:], io.Discard, io.Discard); err != nil {
		time.Sleep(grace)
		w.Abort(End(fmt.Sprintf("%s, process %d", name, w.Rank()), err, os.Stderr))
	}
	os.Exit(End(name, w.Leave(), os.Stderr))
}
