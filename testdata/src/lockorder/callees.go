package lockorder

import "sync"

type cache struct {
	mu    sync.Mutex
	store *store
	m     map[string]string
}

type store struct {
	mu     sync.Mutex
	caches []*cache
}

func (c *cache) Get(k string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.m[k]; ok {
		return v
	}
	return c.load(k)
}

func (c *cache) load(k string) string {
	v := c.store.read(k)
	c.m[k] = v
	return v
}

func (s *store) read(k string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return k
}

func (s *store) Flush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.caches {
		c.drop() // want `\(\*store\)\.Flush locks store\.mu, then cache\.mu, and \(\*cache\)\.Get \(callees\.go:\d+\) in the opposite order: can deadlock`
	}
}

func (c *cache) drop() {
	c.mu.Lock()
	c.m = nil
	c.mu.Unlock()
}

// What callees leave locked counts, and what they unlock does not any more.
type door struct {
	out, in sync.Mutex
}

func (d *door) enter() { d.out.Lock() }
func (d *door) leave() { d.out.Unlock() }

func (d *door) Through() {
	d.enter()
	d.in.Lock() // want `\(\*door\)\.Through locks door\.out, then door\.in, and \(\*door\)\.Back \(callees\.go:\d+\) in the opposite order: can deadlock`
	d.in.Unlock()
	d.leave()
}

func (d *door) Back() {
	d.in.Lock()
	d.enter()
	d.in.Unlock()
	d.leave()
}

type lobby struct {
	out, in sync.Mutex
}

func (l *lobby) enter() { l.out.Lock() }
func (l *lobby) leave() { l.out.Unlock() }

func (l *lobby) Through() {
	l.enter()
	l.leave()
	l.in.Lock()
	l.in.Unlock()
}

func (l *lobby) Back() {
	l.in.Lock()
	defer l.in.Unlock()
	l.enter()
	l.leave()
}

// A callee drops its caller's lock and takes it again, under another one.
type devices struct {
	mu  sync.Mutex
	all map[string]*device
}

type device struct{ mu sync.Mutex }

func (ds *devices) Delete(name string) {
	ds.mu.Lock()
	defer ds.mu.Unlock()
	d := ds.all[name]
	d.mu.Lock() // want `\(\*devices\)\.Delete locks devices\.mu, then device\.mu, and in the opposite order at callees\.go:\d+: can deadlock`
	defer d.mu.Unlock()
	ds.wait()
}

func (ds *devices) wait() {
	ds.mu.Unlock()
	pause()
	ds.mu.Lock()
}

func pause() {}

// Only what callers hold counts, not what the callee is called with elsewhere.
type counted struct{ a, b sync.Mutex }

func (c *counted) lockA() {
	c.a.Lock()
	c.a.Unlock()
}

func (c *counted) One() {
	c.a.Lock()
	c.b.Lock()
	c.b.Unlock()
	c.a.Unlock()
	c.lockA()
}

func (c *counted) Two() { c.lockA() }

// The condition for the second lock contradicts the one for the first.
type modal struct{ a, b sync.Mutex }

func (m *modal) AB(both bool) {
	if both {
		m.a.Lock()
		defer m.a.Unlock()
	}
	m.second(!both)
}

func (m *modal) second(alone bool) {
	if alone {
		m.b.Lock()
		m.b.Unlock()
	}
}

func (m *modal) BA() {
	m.b.Lock()
	defer m.b.Unlock()
	m.a.Lock()
	m.a.Unlock()
}
