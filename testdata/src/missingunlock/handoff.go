package missingunlock

import "sync"

// Silent shape 7: the goroutine unlocks.
type builder struct {
	mu   sync.Mutex
	busy bool
}

func (b *builder) start(fast bool, build func()) {
	b.mu.Lock()
	if fast {
		b.mu.Unlock()
		return
	}
	go func() {
		defer b.mu.Unlock()
		build()
	}()
}

// Silent shape 7: a later method unlocks.
type transaction struct {
	mu   sync.Mutex
	ops  []string
	open bool
}

func (t *transaction) Begin() bool {
	t.mu.Lock()
	if t.open {
		t.mu.Unlock()
		return false
	}
	t.open = true
	return true
}

func (t *transaction) Commit() {
	t.open = false
	t.mu.Unlock()
}

// Silent shape 3: wrapper pair.
type shared struct {
	mu sync.Mutex
	n  int
}

func (s *shared) lock()   { s.mu.Lock() }
func (s *shared) unlock() { s.mu.Unlock() }

func (s *shared) incr() {
	s.lock()
	defer s.unlock()
	s.n++
}

// The wrapper pair, used wrongly.
type owned struct {
	mu sync.Mutex
	n  int
}

func (o *owned) lock()   { o.mu.Lock() }
func (o *owned) unlock() { o.mu.Unlock() }

func (o *owned) incr(limit int) bool {
	o.lock()
	if o.n == limit {
		return false // want `return with o\.mu still locked since handoff\.go:\d+ by \(\*owned\)\.lock`
	}
	o.n++
	o.unlock()
	return true
}

// Silent shape 7: a callback is given the job.
type throttle struct {
	mu    sync.Mutex
	after func(func())
}

func (t *throttle) do(now bool, f func()) {
	t.mu.Lock()
	if now {
		f()
		t.mu.Unlock()
		return
	}
	t.after(func() {
		f()
		t.mu.Unlock()
	})
}

// Silent shape 7: a method value is given the job.
func (t *throttle) pause(now bool) {
	t.mu.Lock()
	if now {
		t.mu.Unlock()
		return
	}
	t.after(t.mu.Unlock)
}

// Silent shape 7: the peer on the channel unlocks.
type parcel struct {
	mu   sync.Mutex
	done bool
}

type courier struct{ out chan *parcel }

func (c *courier) send(p *parcel) {
	p.mu.Lock()
	if p.done {
		p.mu.Unlock()
		return
	}
	c.out <- p
}

func (c *courier) deliver() {
	for p := range c.out {
		p.done = true
		p.mu.Unlock()
	}
}

// Silent shape 4: a handle with an Unlock method goes to the caller.
type document struct {
	mu   sync.Mutex
	text string
}

type edit struct{ doc *document }

func (e *edit) Unlock() { e.doc.mu.Unlock() }

func (d *document) edit(writable bool) *edit {
	d.mu.Lock()
	if !writable {
		d.mu.Unlock()
		return nil
	}
	return &edit{d}
}

// Silent shape 7: Close keeps the lock on purpose, so that nobody comes after it.
type listener struct {
	mu   sync.Mutex
	refs int
}

func (l *listener) ref() {
	l.mu.Lock()
	l.refs++
	l.mu.Unlock()
}

func (l *listener) Close() {
	l.mu.Lock() // never released
	l.refs = 0
}

// A caller in sight forgets, so the function that returns holding is not to blame.
type elevator struct {
	mu    sync.Mutex
	floor int
}

func (e *elevator) enter() { e.mu.Lock() }

func (e *elevator) goTo(floor int) bool {
	e.enter()
	if floor == e.floor {
		return false // want `return with e\.mu still locked`
	}
	e.floor = floor
	e.mu.Unlock()
	return true
}

// Nobody releases it at all.
type turnstile struct {
	mu sync.Mutex
	n  int
}

func (t *turnstile) push() {
	t.mu.Lock() // want `t\.mu is locked here and never unlocked: the next Lock blocks forever`
	t.n++
}

func (t *turnstile) crowd(n int) {
	for range n {
		t.push()
	}
}

func (t *turnstile) count() int {
	t.push()
	return t.n
}

// Options is locked by whoever sends with it, who unlocks it afterwards. The function that locks it gives up with the same function.
type Options struct {
	mu    sync.Mutex
	nonce int
}

func (o *Options) LockAndUpdate(next func() (int, error)) error {
	o.mu.Lock()
	n, err := next()
	if err != nil {
		o.Unlock()
		return err
	}
	if n > 100 {
		if n, err = next(); err != nil {
			o.mu.Unlock()
			return err
		}
	}
	o.nonce = n
	return nil
}

func (o *Options) Unlock() { o.mu.Unlock() }

// Settings says nothing of a lock.
type Settings struct {
	mu    sync.Mutex
	nonce int
}

func (s *Settings) Update(next func() (int, error)) error {
	s.mu.Lock()
	n, err := next()
	if err != nil {
		s.Finish()
		return err
	}
	s.nonce = n
	return nil // want `return with s\.mu still locked`
}

func (s *Settings) Finish() { s.mu.Unlock() }

// A Sheet's lock is there for others, who get it where this one says that it does.
type Sheet struct {
	Mu   sync.Mutex
	gone bool
	n    int
}

func (s *Sheet) Acquire() bool {
	s.Mu.Lock()
	if s.gone {
		s.Mu.Unlock()
		return false
	}
	return true
}

func (s *Sheet) Count() bool {
	s.Mu.Lock()
	if s.gone {
		s.Mu.Unlock()
		return false
	}
	s.n++
	return true // want `return with s\.Mu still locked`
}
