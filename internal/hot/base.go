package hot

import (
	"fmt"
	"strings"
	"time"
)

// Since takes away what profiles had already measured when they were taken earlier in the
// same run of a program. Those of the runtime count from its start.
func (in *Input) Since(base *Input) {
	type measured struct {
		count int64
		time  time.Duration
	}
	before := make(map[string]measured)
	for _, s := range base.Samples {
		key := s.key()
		m := before[key]
		before[key] = measured{m.count + s.Count, m.time + s.Time}
	}
	kept := in.Samples[:0]
	for _, s := range in.Samples {
		key := s.key()
		m := before[key]
		count, time := min(m.count, s.Count), min(m.time, s.Time)
		before[key] = measured{m.count - count, m.time - time} // a stack may stand in several samples
		s.Count, s.Time = s.Count-count, s.Time-time
		if s.Count > 0 || s.Time > 0 {
			kept = append(kept, s)
		}
	}
	in.Samples = kept
}

// key identifies the stack of a sample.
func (s *Sample) key() string {
	var b strings.Builder
	for _, f := range s.Stack {
		fmt.Fprintf(&b, "%s %s:%d\n", f.Func, f.File, f.Line)
	}
	return b.String()
}
