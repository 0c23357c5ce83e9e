package lockorder

import "sync"

// A function that is kept in one object runs under the lock of that one, and not of another object of
// the type.

type pouch struct {
	size  func() int
	mu    sync.Mutex
	items []string
}

func (o *pouch) put(s string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.items = append(o.items, s)
}

func (o *pouch) get() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.size() == 0 {
		return nil
	}
	return o.items
}

type roll struct {
	mu    sync.RWMutex
	names []string
	own   *pouch
}

func newRoll() *roll {
	m := &roll{own: &pouch{}}
	m.own.size = func() int { return 1 }
	return m
}

func (m *roll) count() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.names)
}

func (m *roll) Leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.own.put("leave")
}

func (m *roll) Send() []string { return m.own.get() }

type troupe struct {
	members *roll
	out     *pouch
}

func newTroupe() *troupe {
	c := &troupe{members: newRoll()}
	c.out = &pouch{size: c.size}
	return c
}

func (c *troupe) size() int     { return c.members.count() }
func (c *troupe) Get() []string { return c.out.get() }

// Here the members fill the pouch of the troupe.
type throng struct {
	mu    sync.RWMutex
	names []string
	out   *pouch
}

func (m *throng) count() int {
	m.mu.RLock()
	defer m.mu.RUnlock()
	return len(m.names)
}

func (m *throng) Leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.out.put("leave") // want `\(\*throng\)\.Leave locks throng\.mu, then pouch\.mu, and \(\*cohort\)\.Get \(homes\.go:\d+\) in the opposite order: can deadlock`
}

type cohort struct {
	throng *throng
	out    *pouch
}

func newCohort() *cohort {
	p := &cohort{throng: &throng{}}
	out := &pouch{size: p.size}
	p.throng.out = out
	p.out = out
	return p
}

func (p *cohort) size() int     { return p.throng.count() }
func (p *cohort) Get() []string { return p.out.get() }
