package blockinglock

import (
	"context"
	"sync"
	"time"
)

// A WaitGroup waits for all its members, so one that may be at the lock is enough.

type meter struct {
	mu   sync.Mutex
	wg   sync.WaitGroup
	stop chan struct{}
	tick *time.Ticker
	n    int
}

func newMeter() *meter {
	m := &meter{stop: make(chan struct{}), tick: time.NewTicker(time.Second)}
	m.wg.Add(1)
	go m.run()
	return m
}

func (m *meter) run() {
	defer m.wg.Done()
	for {
		select {
		case <-m.tick.C:
			m.read()
		case <-m.stop:
			return
		}
	}
}

func (m *meter) read() {
	m.mu.Lock()
	m.n++
	m.mu.Unlock()
}

func (m *meter) Close() {
	m.mu.Lock()
	defer m.mu.Unlock()
	close(m.stop)
	m.wg.Wait() // want `m\.wg\.Wait with m\.mu held \(since members\.go:\d+\): its Done \(members\.go:\d+\) must lock m\.mu first \(members\.go:\d+\): deadlock`
}

type alarm struct {
	mu     sync.Mutex
	wg     sync.WaitGroup
	cancel func()
	rung   bool
}

func (a *alarm) Set() {
	a.mu.Lock()
	defer a.mu.Unlock()
	var ctx context.Context
	ctx, a.cancel = context.WithCancel(context.Background())
	a.wg.Go(func() {
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
			a.mu.Lock()
			a.rung = true
			a.mu.Unlock()
		}
	})
}

func (a *alarm) Off() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.cancel()
	a.wg.Wait() // want `a\.wg\.Wait with a\.mu held \(since members\.go:\d+\): its goroutine \(members\.go:\d+\) must lock a\.mu first \(members\.go:\d+\): deadlock`
}

// Silent: the goroutine needs the lock only before it says that it is ready, which is waited for
// first.
type starter struct {
	mu    sync.Mutex
	wg    sync.WaitGroup
	ready chan struct{}
}

func (s *starter) Run() {
	s.ready = make(chan struct{})
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		s.mu.Lock()
		s.mu.Unlock()
		close(s.ready)
	}()
	<-s.ready
	s.mu.Lock()
	defer s.mu.Unlock()
	s.wg.Wait()
}

// Silent: of two phases, the first is over before the goroutine asks for the lock.
func twoPhases(f func()) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	mu.Lock()
	wg.Add(1)
	go func() {
		wg.Done()
		mu.Lock()
		defer mu.Unlock()
		f()
		wg.Done()
	}()
	wg.Wait()
	wg.Add(1)
	mu.Unlock()
	wg.Wait()
}

// Silent: what the length shows stays so, as all who act on this end hold the lock.
type ringQueue struct {
	mu sync.Mutex
	ch chan int
}

func newRingQueue() *ringQueue { return &ringQueue{ch: make(chan int, 4)} }

func (q *ringQueue) put(n int) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.ch) == cap(q.ch) {
		return false
	}
	q.ch <- n
	return true
}

func (q *ringQueue) drain() (sum int) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for len(q.ch) > 0 {
		sum += <-q.ch
	}
	return sum
}

// Silent: there is room for the one message that is ever sent.
type dialer struct {
	mu    sync.Mutex
	conn  *meter
	ready chan struct{}
}

func newDialer() *dialer { return &dialer{ready: make(chan struct{}, 1)} }

func (d *dialer) write() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.conn == nil {
		d.conn = newMeter()
		d.ready <- struct{}{}
	}
}

func (d *dialer) read() {
	d.mu.Lock()
	c := d.conn
	d.mu.Unlock()
	if c == nil {
		<-d.ready
	}
}

// A literal calls the method that counts down: it needs the lock as well.
type feeder struct {
	mu   sync.Mutex
	busy sync.WaitGroup
	fed  int
}

func (f *feeder) Feed() {
	f.busy.Add(1)
	go func() { f.feed() }()
}

func (f *feeder) feed() {
	defer f.busy.Done()
	f.mu.Lock()
	f.fed++
	f.mu.Unlock()
}

func (f *feeder) Close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.busy.Wait() // want `f\.busy\.Wait with f\.mu held .*: its Done .* must lock f\.mu first`
}

// Nothing but the caller's own goroutine runs it.
type eater struct {
	mu   sync.Mutex
	busy sync.WaitGroup
	fed  int
}

func (e *eater) Eat(idle func()) {
	e.busy.Add(2)
	go func() {
		defer e.busy.Done()
		idle()
	}()
	e.eat()
	e.mu.Lock()
	defer e.mu.Unlock()
	e.busy.Wait()
}

func (e *eater) eat() {
	defer e.busy.Done()
	e.mu.Lock()
	e.fed++
	e.mu.Unlock()
}

// All members of all groups need the lock, of which there is one.
var ledger struct {
	sync.Mutex
	entries []int
}

type clerk struct{ busy sync.WaitGroup }

func (c *clerk) Enter(n int) {
	c.busy.Add(1)
	go func() {
		defer c.busy.Done()
		ledger.Lock()
		ledger.entries = append(ledger.entries, n)
		ledger.Unlock()
	}()
}

func (c *clerk) Close() {
	ledger.Lock()
	defer ledger.Unlock()
	c.busy.Wait() // want `c\.busy\.Wait with ledger held .*: its Done .* must lock ledger first`
}

// Of these, some do not, and nobody knows which a group has.
var journal sync.Mutex

type scribe struct {
	busy  sync.WaitGroup
	lines int
}

func (s *scribe) Enter() {
	s.busy.Add(1)
	go func() {
		defer s.busy.Done()
		journal.Lock()
		s.lines++
		journal.Unlock()
	}()
}

func (s *scribe) Rest(f func()) {
	s.busy.Add(1)
	go func() {
		defer s.busy.Done()
		f()
	}()
}

func (s *scribe) Close() {
	journal.Lock()
	defer journal.Unlock()
	s.busy.Wait()
}

// The one that is counted at the end is not the one whose lock is taken: the variable has got another one.
type watch struct {
	mu   sync.Mutex
	busy sync.WaitGroup
	n    int
}

func find(n int) *watch { return &watch{n: n} }

func (w *watch) enter() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.n++
}

func watchFor(w *watch, next func() int) {
	defer w.busy.Done()
	if n := next(); n > 0 {
		w = find(n)
		w.enter()
	}
	func() { w = nil }()
}

func (w *watch) Run(next func() int) {
	w.busy.Add(1)
	go func() { watchFor(w, next) }()
}

func (w *watch) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.busy.Wait()
}
