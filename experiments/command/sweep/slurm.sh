#!/bin/bash
#SBATCH --job-name={{.Name}}
{{- with .Array}}
#SBATCH --array={{.}}
{{- end}}
#SBATCH --output={{.Folder}}/slurm-%x{{if .Array}}-%a{{end}}.log
#SBATCH --open-mode=append
#SBATCH --requeue
#SBATCH --signal=B:USR1@60
{{- with .Options}}
#SBATCH {{.}}
{{- end}}
# A fit that is interrupted or killed goes on from its checkpoint: when its time is over (USR1, a minute before), or its process
# was killed, the task is queued again, five times at most. A task that is canceled stays so.
export GOMAXPROCS=${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}
{{range .Command}}{{quote .}} {{end}}{{if .Array}}-cell "$SLURM_ARRAY_TASK_ID/{{.Tasks}}" {{end}}&
child=$!
again=0
trap 'again=1; kill -TERM $child' USR1
trap 'kill -TERM $child' TERM
wait $child
code=$?
while kill -0 $child 2> /dev/null; do # a trap ended the wait
  wait $child
  code=$?
done
if { [ $again = 1 ] || [ $code = 137 ]; } && [ "${SLURM_RESTART_COUNT:-0}" -lt 5 ]; then
  scontrol requeue "$SLURM_JOB_ID"
fi
exit $code
