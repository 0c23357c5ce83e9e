// Package hot joins profiles and traces of a program with the critical sections and
// channel operations of its source: who waits for which lock and for how long, who made
// them wait, and what is done under the lock meanwhile.
//
// A mutex profile tells at the release who made others wait: guilt. A block profile tells
// at the acquisition who waited: pain. A trace has times: maxima and percentiles.
package hot

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"
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

// Read adds a profile or a trace. name is for errors.
func (in *Input) Read(name string, data []byte) error {
	if bytes.HasPrefix(data, []byte("go 1.")) && bytes.Contains(data[:min(len(data), 16)], []byte("trace")) {
		if err := in.readTrace(data); err != nil {
			return fmt.Errorf("%s: the execution trace cannot be read: %v", name, err)
		}
		return nil
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return fmt.Errorf("%s: neither a profile in pprof's format nor an execution trace: %v", name, err)
	}
	count := slices.IndexFunc(p.SampleType, func(v *profile.ValueType) bool { return v.Type == "contentions" })
	delay := slices.IndexFunc(p.SampleType, func(v *profile.ValueType) bool { return v.Type == "delay" })
	if count < 0 || delay < 0 {
		var types []string
		for _, t := range p.SampleType {
			types = append(types, t.Type)
		}
		return fmt.Errorf("%s: a profile of %s, not of waiting; take a mutex or block profile", name, strings.Join(types, " and "))
	}
	for _, s := range p.Sample {
		var stack []Frame
		for _, l := range s.Location {
			for _, line := range l.Line { // what is inlined comes first
				if line.Function != nil {
					stack = append(stack, Frame{line.Function.Name, line.Function.Filename, int(line.Line)})
				}
			}
		}
		in.Samples = append(in.Samples, Sample{Stack: stack, Count: s.Value[count], Time: time.Duration(s.Value[delay])})
	}
	return nil
}
