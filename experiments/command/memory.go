package command

import "affmatch/internal/machine"

// MemoryLimit is what a command lets a fit take where nobody says otherwise: 80 % of what the machine has, or of what the
// process's control group has; 0, no limit, where the system does not tell.
func MemoryLimit() int64 { return machine.Memory() / 5 * 4 }
