// Package gradient differentiates a graph symbolically, and refuses what gorgonia would differentiate wrongly.
package gradient
