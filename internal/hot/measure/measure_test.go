package measure

import (
	"bytes"
	"runtime/trace"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/lockvet/lockvet/internal/hot"
	"github.com/lockvet/lockvet/probe"
)

// A trace tells how long each wait took, and the depths that a probe has logged.
func TestTrace(t *testing.T) {
	var out bytes.Buffer
	if err := trace.Start(&out); err != nil {
		t.Skip(err)
	}
	stop := probe.Queue("my queue", time.Millisecond, func() int { return 7 })
	var mu sync.Mutex
	mu.Lock()
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			mu.Lock()
			defer mu.Unlock()
		})
	}
	time.Sleep(20 * time.Millisecond)
	mu.Unlock()
	wg.Wait()
	stop()
	trace.Stop()

	var in hot.Input
	if err := Read(&in, "trace", out.Bytes()); err != nil {
		t.Fatal(err)
	}
	var waits []time.Duration
	for _, s := range in.Traced {
		for _, f := range s.Stack {
			if strings.HasSuffix(f.Func, "measure.TestTrace.func2.1") || strings.HasPrefix(f.Func, "github.com/lockvet/lockvet/internal/hot/measure.TestTrace.func") {
				waits = append(waits, s.Waits...)
				break
			}
		}
	}
	long := 0
	for _, w := range waits {
		if w > 15*time.Millisecond && w < 2*time.Second {
			long++
		}
	}
	if long != 2 {
		t.Errorf("waits of the two goroutines: %v", waits)
	}
	if len(in.Depths) == 0 || in.Depths[0].Queue != "my queue" || in.Depths[0].Len != 7 {
		t.Errorf("depths: %v", in.Depths)
	}
	if in.Total < 20*time.Millisecond {
		t.Errorf("the trace lasts %v", in.Total)
	}
}

func TestNoProfile(t *testing.T) {
	for _, test := range []struct{ data, want string }{
		{"", "f: neither a profile"},
		{"hello", "f: neither a profile"},
		{"go 1.22 trace\x00\x00\x00garbage", "f: the execution trace cannot be read"},
	} {
		var in hot.Input
		if err := Read(&in, "f", []byte(test.data)); err == nil || !strings.HasPrefix(err.Error(), test.want) {
			t.Errorf("%q: got %v, want %s…", test.data, err, test.want)
		}
	}
}
