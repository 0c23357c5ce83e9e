package silent

import (
	"sync"
	"time"
)

// Shape 7: the lock goes to somebody else.

type ferry struct {
	mu     sync.Mutex
	away   bool
	cars   []string
	depart chan []string
}

// To a goroutine.
func (f *ferry) sail(trip time.Duration) bool {
	f.mu.Lock()
	if f.away {
		f.mu.Unlock()
		return false
	}
	f.away = true
	go f.cross(trip)
	return true
}

func (f *ferry) cross(trip time.Duration) {
	time.Sleep(trip)
	f.away = false
	f.mu.Unlock()
}

// To a timer.
type beacon struct {
	mu  sync.Mutex
	lit bool
}

func (b *beacon) flash(d time.Duration) {
	b.mu.Lock()
	if d == 0 {
		b.mu.Unlock()
		return
	}
	b.lit = true
	time.AfterFunc(d, func() {
		b.lit = false
		b.mu.Unlock()
	})
}

// To a later method.
type Recorder struct {
	mu    sync.Mutex
	tape  []byte
	inUse bool
}

func (r *Recorder) Start(limit int) error {
	r.mu.Lock()
	if len(r.tape) > limit {
		r.mu.Unlock()
		return errGone
	}
	r.inUse = true
	return nil
}

func (r *Recorder) Stop() {
	if r.inUse {
		r.inUse = false
		r.mu.Unlock()
	}
}

// To the receiver of a channel.
type wagon struct {
	mu   sync.Mutex
	load int
}

func loader(in []*wagon, out chan<- *wagon) {
	for _, w := range in {
		w.mu.Lock()
		w.load = 10
		out <- w
	}
	close(out)
}

func unloader(in <-chan *wagon) {
	for w := range in {
		w.load = 0
		w.mu.Unlock()
	}
}

// Kept for ever on purpose.
type door struct {
	mu   sync.Mutex
	seen int
}

func (d *door) enter() {
	d.mu.Lock()
	d.seen++
	d.mu.Unlock()
}

// Close makes every later enter block.
func (d *door) Close() { d.mu.Lock() }

// A lock that says that something runs, kept in a struct that is passed on.
type running struct {
	release func()
	since   time.Time
}

func (d *door) hold(now time.Time, busy bool) *running {
	d.mu.Lock()
	if busy {
		d.mu.Unlock()
		return nil
	}
	return &running{release: d.mu.Unlock, since: now}
}

// A barrier: locked here, unlocked by whoever comes last.
func await(n int, work func(int)) {
	var done sync.Mutex
	var left sync.Mutex
	count := n
	done.Lock()
	for i := range n {
		go func() {
			work(i)
			left.Lock()
			defer left.Unlock()
			if count--; count == 0 {
				done.Unlock()
			}
		}()
	}
	done.Lock()
	done.Unlock()
}
