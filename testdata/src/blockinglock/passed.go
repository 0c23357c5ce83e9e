package blockinglock

import "sync"

// Who finds the key knows that the goroutine which closes sent has left the section that set it.
type agreement struct {
	mu   sync.RWMutex
	key  []byte
	sent chan struct{}
}

func newAgreement() *agreement { return &agreement{sent: make(chan struct{})} }

func (a *agreement) settle(key []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.key = key
}

func (a *agreement) handle(key []byte) {
	a.settle(key)
	close(a.sent)
}

func (a *agreement) open(b []byte) []byte {
	a.mu.RLock()
	defer a.mu.RUnlock()
	if a.key == nil {
		return nil
	}
	<-a.sent
	return append(a.key, b...)
}

// Without the test, the wait may begin before the closer has the lock.
func (a *agreement) wait() {
	a.mu.RLock()
	defer a.mu.RUnlock()
	<-a.sent // want `receive from a\.sent with a\.mu held \(since passed\.go:\d+\): its close \(passed\.go:\d+\) must lock a\.mu first \(passed\.go:\d+\): deadlock`
}

func useAgreement() {
	a := newAgreement()
	go a.handle([]byte("key"))
	a.open(nil)
	a.wait()
}

// One send in the life of a link, by a helper that is called as long as a field is nil.
type link struct {
	mu    sync.Mutex
	wire  *int
	ready chan struct{}
}

func newLink() *link { return &link{ready: make(chan struct{}, 1)} }

func (l *link) dial() {
	l.wire = new(int)
	l.ready <- struct{}{}
}

func (l *link) write() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.wire == nil {
		l.dial()
	}
	*l.wire++
}

func (l *link) read() int {
	l.mu.Lock()
	if l.wire == nil {
		l.mu.Unlock()
		<-l.ready
		l.mu.Lock()
	}
	defer l.mu.Unlock()
	return *l.wire
}

func useLink() {
	l := newLink()
	go l.write()
	go l.read()
}

// The result comes through a buffer, which is no semaphore: another goroutine sends.
type gauge struct {
	mu sync.Mutex
	n  int
	by map[int]*sample
}

type sample struct{ done chan struct{} }

func (m *gauge) get() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	ch := make(chan int, 1)
	go func() {
		m.mu.Lock()
		n := m.n
		m.mu.Unlock()
		ch <- n
	}()
	return <-ch // want `receive from the channel with m\.mu held \(since passed\.go:\d+\): its sender \(passed\.go:\d+\) must lock m\.mu first \(passed\.go:\d+\): deadlock`
}

// Who finds the entry under the lock knows that run has not taken it out yet.
func (m *gauge) start(id int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := &sample{done: make(chan struct{})}
	m.by[id] = r
	go m.run(id, r)
}

func (m *gauge) run(id int, r *sample) {
	defer close(r.done)
	m.mu.Lock()
	m.n++
	delete(m.by, id)
	m.mu.Unlock()
}

func (m *gauge) wait(id int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if r := m.by[id]; r != nil {
		<-r.done // want `receive from m\.by\[id\]\.done with m\.mu held \(since passed\.go:\d+\): its close \(passed\.go:\d+\) must lock m\.mu first \(passed\.go:\d+\): deadlock`
	}
}

// A group of an object that the lock's object has.
type pulse struct {
	in   chan int
	quit chan struct{}
	wg   sync.WaitGroup
}

func (p *pulse) subscribe(f func(int)) {
	p.quit = make(chan struct{})
	p.wg.Add(1)
	go func() {
		defer p.wg.Done()
		for {
			select {
			case n := <-p.in:
				f(n)
			case <-p.quit:
				return
			}
		}
	}()
}

func (p *pulse) stop() {
	close(p.quit)
	p.wg.Wait() // want `p\.wg\.Wait with d\.mu held \(since passed\.go:\d+\): its Done \(passed\.go:\d+\) must lock d\.mu first \(passed\.go:\d+\): deadlock`
}

type desk struct {
	feed *pulse
	mu   sync.Mutex
	n    int
}

func newDesk(in chan int) *desk { return &desk{feed: &pulse{in: in}} }

func (d *desk) start() { d.feed.subscribe(d.count) }

func (d *desk) count(n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.n += n
}

func (d *desk) close() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.feed.stop()
}
