package probe_test

import (
	"bytes"
	"io"
	"runtime/trace"
	"strings"
	"sync"
	"testing"
	"time"

	xtrace "golang.org/x/exp/trace"

	"github.com/lockvet/lockvet/probe"
)

// While a trace is taken, waits are regions of it and depths are log messages; before and
// after, nothing is measured.
func TestTrace(t *testing.T) {
	mu := probe.NewMutex("cache")
	contend := func() {
		var wg sync.WaitGroup
		mu.Lock()
		for range 3 {
			wg.Go(func() {
				mu.Lock()
				defer mu.Unlock()
			})
		}
		time.Sleep(20 * time.Millisecond)
		mu.Unlock()
		wg.Wait()
	}
	contend()
	if s := mu.Stats(); s != (probe.Stats{}) {
		t.Errorf("measured without a trace: %+v", s)
	}
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		t.Skip(err) // somebody else takes one
	}
	queue := make(chan int, 8)
	queue <- 1
	queue <- 2
	stop := probe.Queue("jobs <b>", time.Millisecond, func() int { return len(queue) })
	contend()
	stop()
	stop()
	trace.Stop()
	s := mu.Stats()
	if s.Waits != 3 || s.Max < 15*time.Millisecond || s.Total < s.Max || s.Total > 3*s.Max {
		t.Errorf("got %+v, want 3 waits of about 20 ms", s)
	}
	if !mu.TryLock() {
		t.Error("TryLock fails on a free lock")
	}
	if mu.TryLock() {
		t.Error("TryLock gets a lock that is held")
	}

	r, err := xtrace.NewReader(&out)
	if err != nil {
		t.Fatal(err)
	}
	regions, depths := 0, 0
	for {
		ev, err := r.ReadEvent()
		if err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		switch ev.Kind() {
		case xtrace.EventRegionBegin:
			if ev.Region().Type == "waits for cache" {
				regions++
			}
		case xtrace.EventLog:
			if log := ev.Log(); log.Category == probe.DepthCategory && strings.HasPrefix(log.Message, "2 jobs <b>") {
				depths++
			}
		}
	}
	if regions != 3 || depths < 3 {
		t.Errorf("the trace has %d regions and %d depths, want 3 and several", regions, depths)
	}
}

// Off, a probe costs one atomic load.
func BenchmarkOff(b *testing.B) {
	b.Run("sync.Mutex", func(b *testing.B) {
		var mu sync.Mutex
		for b.Loop() {
			mu.Lock()
			mu.Unlock() //lint:ignore SA2001 the lock itself is measured
		}
	})
	b.Run("probe.Mutex", func(b *testing.B) {
		mu := probe.NewMutex("x")
		for b.Loop() {
			mu.Lock()
			mu.Unlock() //lint:ignore SA2001 the lock itself is measured
		}
	})
}
