// Package probe measures locks and queues of a running program, for lockvet hot to show.
//
// What it measures goes into the execution trace (see runtime/trace), so that waits and
// the depth of queues have one time axis. While no trace is taken, a probe costs one atomic
// load:
//
//	mu := probe.NewMutex("cache")          // instead of sync.Mutex
//	stop := probe.Queue("jobs", 10*time.Millisecond, func() int { return len(jobs) })
//	defer stop()
package probe

import (
	"context"
	"fmt"
	"runtime/trace"
	"sync"
	"sync/atomic"
	"time"
)

// DepthCategory is the category of the trace's log messages that Queue writes. A message
// is the depth, a space, and the name of the queue.
const DepthCategory = "lockvet.depth"

// Stats is what a Mutex has measured while a trace was taken.
type Stats struct {
	Waits int64         // how often Lock did not get the lock at once
	Total time.Duration // spent waiting
	Max   time.Duration // the longest wait
}

// A Mutex is a mutual exclusion lock that measures how long it is waited for while a trace
// is taken. Each wait is a region of the trace, named after the lock. It is a sync.Locker.
type Mutex struct {
	mu         sync.Mutex
	name       string
	waits      atomic.Int64
	total, max atomic.Int64
}

// NewMutex returns an unlocked Mutex. Its name is the region's type in the trace.
func NewMutex(name string) *Mutex { return &Mutex{name: name} }

// Lock locks m, as [sync.Mutex.Lock] does.
func (m *Mutex) Lock() {
	if !trace.IsEnabled() {
		m.mu.Lock()
		return
	}
	if m.mu.TryLock() {
		return
	}
	region := trace.StartRegion(context.Background(), "waits for "+m.name)
	start := time.Now()
	m.mu.Lock()
	wait := int64(time.Since(start))
	region.End()
	m.waits.Add(1)
	m.total.Add(wait)
	if wait > m.max.Load() {
		m.max.Store(wait) // nobody else is here: the lock is held
	}
}

// TryLock tries to lock m and reports whether it succeeded.
func (m *Mutex) TryLock() bool { return m.mu.TryLock() }

// Unlock unlocks m.
func (m *Mutex) Unlock() { m.mu.Unlock() }

// Stats returns what has been measured so far.
func (m *Mutex) Stats() Stats {
	return Stats{m.waits.Load(), time.Duration(m.total.Load()), time.Duration(m.max.Load())}
}

// Queue logs the depth of a queue into the trace at every interval while one is taken.
// The function it returns ends that, and returns when depth is not called any more.
func Queue(name string, interval time.Duration, depth func() int) (stop func()) {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(interval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
				if trace.IsEnabled() {
					trace.Log(context.Background(), DepthCategory, fmt.Sprint(depth(), " ", name))
				}
			case <-done:
				return
			}
		}
	}()
	return sync.OnceFunc(func() {
		close(done)
		<-ended
	})
}
