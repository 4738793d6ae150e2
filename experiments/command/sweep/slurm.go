package sweep

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"text/template"

	"affmatch/experiments/grid"
	"affmatch/experiments/runs"
)

// Files of a sweep by Slurm, in its folder.
const (
	arrayScript  = "slurm.sh"
	reportScript = "slurm-report.sh"
	programCopy  = "slurm-program"
	gridCopy     = "slurm-grid.json"
)

// mostTasks is what a job array has at most where nobody has raised it (MaxArraySize). More fits than these share tasks.
const mostTasks = 1000

//go:embed slurm.sh
var scriptText string

var script = template.Must(template.New("slurm").Funcs(template.FuncMap{"quote": quote}).Parse(scriptText))

// job is what the scripts are made of.
type job struct {
	Name, Options, Folder string
	Array                 string   // tasks; "": no array
	Command               []string // without the cell
	Tasks                 int
}

// submit hands a sweep's fits to Slurm, those that are not done, as an array of jobs, and the report as a job behind it.
func submit(ctx context.Context, s grid.Sweep, o options, stdout io.Writer) error {
	f := s.Folder
	if err := errors.Join(copyFile(f, gridCopy, o.grid, 0o644), copyProgram(f)); err != nil {
		return err
	}
	command := []string{f.Path(programCopy)}
	command = append(command, o.before...)
	command = append(command, "-grid", f.Path(gridCopy), "-out", string(f), "-max-cells", strconv.Itoa(o.most))
	scores, err := o.scores.MarshalText()
	if err != nil {
		return err
	}
	command = append(command, "-scores", string(scores))
	tasks := min(len(s.Cells), mostTasks)
	undone, left := 0, []int(nil)
	for t := range tasks {
		before := undone
		for _, c := range (part{t, tasks}).of(s.Cells) {
			if !s.Done(c) {
				undone++
			}
		}
		if undone > before {
			left = append(left, t)
		}
	}
	fits := job{
		Name: "affmatch", Options: o.slurm, Folder: string(f), Array: ranges(left), Tasks: tasks,
		Command: append(slices.Clone(command), "-checkpoint-every", o.every.String(), "-parallel", strconv.Itoa(o.parallel)),
	}
	figures := "none"
	if names := o.figures.Chosen(); names != nil {
		figures = strings.Join(names, ",")
	}
	after := job{
		Name: "affmatch-report", Options: o.slurm, Folder: string(f),
		Command: append(slices.Clone(command), "-report", "-figures", figures),
	}
	err = errors.Join(
		f.Write(arrayScript, func(w io.Writer) error { return script.Execute(w, fits) }),
		f.Write(reportScript, func(w io.Writer) error { return script.Execute(w, after) }),
	)
	if err != nil {
		return err
	}
	var flags []string
	if left != nil {
		id, err := sbatch(ctx, f.Path(arrayScript))
		if err != nil {
			return fmt.Errorf("%w (the job is in %s)", err, f.Path(arrayScript))
		}
		fmt.Fprintf(stdout, "%d of %d fits to do, in %d tasks of job %s\n", undone, len(s.Cells), len(left), id)
		flags = append(flags, "--dependency=afterany:"+id)
	}
	id, err := sbatch(ctx, append(flags, f.Path(reportScript))...)
	if err != nil {
		return fmt.Errorf("%w (the report's job is in %s)", err, f.Path(reportScript))
	}
	fmt.Fprintf(stdout, "their report is job %s; compare -watch %s shows them under way\nresults in %s\n", id, f, f)
	return nil
}

// sbatch submits, and gives the number of the job.
func sbatch(ctx context.Context, args ...string) (id string, err error) {
	c := exec.CommandContext(ctx, "sbatch", append([]string{"--parsable"}, args...)...)
	var said bytes.Buffer
	c.Stderr = &said
	b, err := c.Output()
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("-slurm: no program sbatch: want a machine from which jobs are submitted")
	}
	if err != nil {
		return "", fmt.Errorf("-slurm: sbatch: %w: %s", err, strings.TrimSpace(said.String()))
	}
	id, _, _ = strings.Cut(strings.TrimSpace(string(b)), ";") // ID;CLUSTER
	return id, nil
}

// copyProgram keeps the running program, so that all tasks are of one: what go run built is gone when they begin, and
// what was built may be built anew.
func copyProgram(f runs.Folder) error {
	path, err := os.Executable()
	if err != nil {
		return fmt.Errorf("-slurm: %w", err)
	}
	if path == f.Path(programCopy) {
		return nil
	}
	return copyFile(f, programCopy, path, 0o755)
}

func copyFile(f runs.Folder, name, from string, mode os.FileMode) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	if err := f.Write(name, func(w io.Writer) error { _, err := io.Copy(w, in); return err }); err != nil {
		return err
	}
	return os.Chmod(f.Path(name), mode)
}

// ranges writes ascending numbers as Slurm does: 0-3,7.
func ranges(numbers []int) string {
	var parts []string
	for at := 0; at < len(numbers); {
		end := at
		for end+1 < len(numbers) && numbers[end+1] == numbers[end]+1 {
			end++
		}
		text := strconv.Itoa(numbers[at])
		if end > at {
			text += "-" + strconv.Itoa(numbers[end])
		}
		parts, at = append(parts, text), end+1
	}
	return strings.Join(parts, ",")
}

// quote is a word for a shell.
func quote(word string) string { return "'" + strings.ReplaceAll(word, "'", `'\''`) + "'" }
