// Package hot joins profiles and traces of a program with the critical sections and
// channel operations of its source: who waits for which lock and for how long, who made
// them wait, and what is done under the lock meanwhile.
//
// A mutex profile tells at the release who made others wait: guilt. A block profile tells
// at the acquisition who waited: pain. A trace has times: maxima and percentiles.
package hot

import (
	"slices"
	"time"
)

// A Frame is a place in a stack.
type Frame struct {
	Func string
	File string
	Line int
}

// A Sample is how often, and for how long, goroutines waited at one place.
type Sample struct {
	Stack []Frame // innermost first
	Count int64
	Time  time.Duration
	Waits []time.Duration // each wait, if a trace tells
	Begun []time.Duration // when each of Waits began
}

// Input is what was measured.
type Input struct {
	Samples []Sample // of profiles
	Traced  []Sample // of traces: waits, never guilt
	Depths  []Depth
	Total   time.Duration // how long the traces last
}

// A Depth is how much is in a queue at a time, as package probe logs it.
type Depth struct {
	Queue string
	At    time.Duration
	Len   int
}

// quantile returns the wait that a share of the waits do not exceed.
func quantile(waits []time.Duration, share float64) time.Duration {
	if len(waits) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(waits))
	return sorted[min(len(sorted)-1, int(float64(len(sorted))*share))]
}
