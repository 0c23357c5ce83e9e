package measure

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"golang.org/x/exp/trace"

	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/probe"
)

// readTrace adds the waits of an execution trace.
func readTrace(in *hot.Input, data []byte) error {
	r, err := trace.NewReader(bytes.NewReader(data))
	if err != nil {
		return err
	}
	type waiting struct {
		since trace.Time
		stack []hot.Frame
	}
	blocked := make(map[trace.GoID]waiting)
	samples := make(map[string]*hot.Sample)
	var first, last trace.Time
	for {
		ev, err := r.ReadEvent()
		if err == io.EOF {
			break
		} else if err != nil {
			return err
		}
		if first == 0 {
			first = ev.Time()
		}
		last = ev.Time()
		switch ev.Kind() {
		case trace.EventLog:
			if log := ev.Log(); log.Category == probe.DepthCategory {
				var d hot.Depth
				// The name may have any characters; the number stands first.
				if n, err := fmt.Sscanf(log.Message, "%d", &d.Len); err == nil && n == 1 {
					_, d.Queue, _ = strings.Cut(log.Message, " ")
					d.At = ev.Time().Sub(first)
					in.Depths = append(in.Depths, d)
				}
			}
		case trace.EventStateTransition:
			st := ev.StateTransition()
			if st.Resource.Kind != trace.ResourceGoroutine {
				continue
			}
			id := st.Resource.Goroutine()
			_, to := st.Goroutine()
			if to == trace.GoWaiting && waitsForPeer(st.Reason) {
				blocked[id] = waiting{ev.Time(), framesOf(st.Stack)}
				continue
			}
			w, ok := blocked[id]
			if !ok || to == trace.GoWaiting {
				continue
			}
			delete(blocked, id)
			key := fmt.Sprint(w.stack)
			s := samples[key]
			if s == nil {
				s = &hot.Sample{Stack: w.stack}
				samples[key] = s
			}
			d := ev.Time().Sub(w.since)
			s.Count++
			s.Time += d
			s.Waits = append(s.Waits, d)
			s.Begun = append(s.Begun, w.since.Sub(first))
		}
	}
	in.Total += last.Sub(first)
	for _, key := range slices.Sorted(maps.Keys(samples)) {
		in.Traced = append(in.Traced, *samples[key])
	}
	return nil
}

// waitsForPeer reports whether a goroutine that stops for this reason waits for another one.
func waitsForPeer(reason string) bool {
	switch reason {
	case "sync", "chan send", "chan receive", "select", "sync.(*Cond).Wait", "sync.WaitGroup.Wait":
		return true
	}
	return strings.HasPrefix(reason, "sync")
}

func framesOf(s trace.Stack) (frames []hot.Frame) {
	for f := range s.Frames() {
		frames = append(frames, hot.Frame{Func: f.Func, File: f.File, Line: int(f.Line)})
	}
	return frames
}
