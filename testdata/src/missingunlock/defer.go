package missingunlock

import "sync"

type store struct {
	mu    sync.Mutex
	items map[string]string
}

// Fine: the usual way.
func (s *store) get(k string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v, ok := s.items[k]
	return v, ok
}

// Silent shape 9: defer in a closure.
func (s *store) put(k, v string) (err error) {
	s.mu.Lock()
	defer func() {
		s.mu.Unlock()
	}()
	if k == "" {
		return errClosed
	}
	s.items[k] = v
	return nil
}

// Silent shape 4: defer of what the function returns.
func (s *store) lock() func() {
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *store) clear() {
	defer s.lock()()
	clear(s.items)
}

// Silent shape 4: the same in two steps.
func (s *store) size() int {
	unlock := s.lock()
	defer unlock()
	return len(s.items)
}

// Silent shape 9: a conditional defer.
func (s *store) reset(locked bool) {
	if !locked {
		s.mu.Lock()
		defer s.mu.Unlock()
	}
	s.items = nil
}

// Fine: a method value.
func (s *store) del(k string) {
	s.mu.Lock()
	unlock := s.mu.Unlock
	defer unlock()
	delete(s.items, k)
}

// The defer comes after the first return.
type lazy struct {
	mu    sync.Mutex
	value *string
}

func (l *lazy) get(make func() (string, error)) (string, error) {
	l.mu.Lock()
	if l.value != nil {
		return *l.value, nil // want `return with l\.mu still locked`
	}
	defer l.mu.Unlock()
	v, err := make()
	if err != nil {
		return "", err
	}
	l.value = &v
	return v, nil
}

// Deferred unlock, but of a lock that is taken again in between: fine.
type worker struct {
	mu   sync.Mutex
	jobs []func()
}

func (w *worker) run() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for len(w.jobs) > 0 {
		job := w.jobs[0]
		w.jobs = w.jobs[1:]
		w.mu.Unlock()
		job()
		w.mu.Lock()
	}
}

// A deferred closure that unlocks under a condition that does not hold on
// every path.
type batch struct {
	mu  sync.Mutex
	ids []int
}

func (b *batch) flush(send func([]int) error) error {
	b.mu.Lock()
	sent := false
	defer func() {
		if sent {
			b.mu.Unlock()
		}
	}()
	if err := send(b.ids); err != nil {
		return err // want `return with b\.mu still locked`
	}
	sent = true
	return nil
}

// Silent shape 9: the closure unlocks what is still locked.
type upload struct {
	mu    sync.Mutex
	parts int
}

func (u *upload) finish(commit func() error) error {
	u.mu.Lock()
	locked := true
	defer func() {
		if locked {
			u.mu.Unlock()
		}
	}()
	if u.parts == 0 {
		return errClosed
	}
	u.mu.Unlock()
	locked = false
	return commit()
}

// A deferred call with parameters.
type mailbox struct {
	mu   sync.Mutex
	mail []string
}

func (m *mailbox) take() []string {
	m.mu.Lock()
	defer func(mu *sync.Mutex) { mu.Unlock() }(&m.mu)
	mail := m.mail
	m.mail = nil
	return mail
}
