package silent

import "sync"

// Shape 3: functions whose job is to return with the lock held, or to release
// what their caller holds.

type Mailbox struct {
	mu   sync.Mutex
	open bool
	mail []string
}

// Lock is for callers in other packages.
func (m *Mailbox) Lock() {
	m.mu.Lock()
	m.open = true
}

func (m *Mailbox) Unlock() {
	m.open = false
	m.mu.Unlock()
}

// lockOpen returns with m.mu held.
func (m *Mailbox) lockOpen() *Mailbox {
	m.mu.Lock()
	for !m.open {
		m.mu.Unlock()
		m.mu.Lock()
	}
	return m
}

func (m *Mailbox) take() []string {
	defer m.lockOpen().Unlock()
	mail := m.mail
	m.mail = nil
	return mail
}

// unlockAndNotify is called with m.mu held.
func (m *Mailbox) unlockAndNotify(notify func([]string)) {
	mail := m.mail
	m.mu.Unlock()
	notify(mail)
}

func (m *Mailbox) post(s string, notify func([]string)) {
	m.mu.Lock()
	m.mail = append(m.mail, s)
	if len(m.mail) > 10 {
		m.unlockAndNotify(notify)
		return
	}
	m.mu.Unlock()
}

// Lock ordering in a helper: both locks, and both back.
type side struct {
	mu sync.Mutex
	id int
}

func lockBoth(a, b *side) {
	if a.id > b.id {
		a, b = b, a
	}
	a.mu.Lock()
	b.mu.Lock()
}

func unlockBoth(a, b *side) {
	a.mu.Unlock()
	b.mu.Unlock()
}

func exchange(a, b *side) {
	lockBoth(a, b)
	defer unlockBoth(a, b)
	a.id, b.id = b.id, a.id
}

// A getter that finds a locked object, which callers unlock.
type directory struct {
	mu    sync.RWMutex
	users map[string]*user
}

type user struct {
	mu   sync.Mutex
	name string
}

func (d *directory) acquire(name string) *user {
	d.mu.RLock()
	u := d.users[name]
	d.mu.RUnlock()
	if u != nil {
		u.mu.Lock()
	}
	return u
}

func (d *directory) rename(old, name string) bool {
	u := d.acquire(old)
	if u == nil {
		return false
	}
	u.name = name
	u.mu.Unlock()
	return true
}
