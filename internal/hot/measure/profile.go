// Package measure reads profiles and execution traces. Its libraries are large, so that
// only the program lockvet-see has it.
package measure

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/google/pprof/profile"

	"github.com/lockvet/lockvet/internal/hot"
)

// Read adds a profile or a trace. name is for errors.
func Read(in *hot.Input, name string, data []byte) error {
	if bytes.HasPrefix(data, []byte("go 1.")) && bytes.Contains(data[:min(len(data), 16)], []byte("trace")) {
		if err := readTrace(in, data); err != nil {
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
		var stack []hot.Frame
		for _, l := range s.Location {
			for _, line := range l.Line { // what is inlined comes first
				if line.Function != nil {
					stack = append(stack, hot.Frame{Func: line.Function.Name, File: line.Function.Filename, Line: int(line.Line)})
				}
			}
		}
		in.Samples = append(in.Samples, hot.Sample{Stack: stack, Count: s.Value[count], Time: time.Duration(s.Value[delay])})
	}
	return nil
}
