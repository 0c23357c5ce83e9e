package waitgroups

import "sync"

// What is in a map is counted: the path that finds nothing there, although it has just put it there, is none.
type membership struct {
	mu      sync.Mutex
	members map[int]bool
	gone    map[int]bool
	wg      sync.WaitGroup
}

func (m *membership) add(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.members[n] = true
	m.wg.Add(1)
}

func (m *membership) remove(n int) {
	m.mu.Lock()
	_, ok := m.members[n]
	delete(m.members, n)
	m.mu.Unlock()
	if ok {
		m.wg.Done()
	}
}

func (m *membership) serve(n int, work func() error) error {
	m.add(n)
	defer m.remove(n)
	return work()
}

// Another map.
func (m *membership) removeGone(n int) {
	m.mu.Lock()
	_, ok := m.gone[n]
	m.mu.Unlock()
	if ok {
		m.wg.Done()
	}
}

func (m *membership) serveGone(n int, work func() error) error {
	m.add(n)
	defer m.removeGone(n)
	return work() // want `no Done on this path, as on others, for m.wg.Add\(1\)`
}

func (m *membership) close() { m.wg.Wait() }
