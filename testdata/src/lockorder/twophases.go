package lockorder

import "sync"

// The goroutines of the first phase have ended when those of the second one are started.

type half struct {
	mu   sync.Mutex
	rows map[int]string
}

type merger struct {
	left, right *half
	out         []string
}

func (m *merger) build(k int, l, r string) {
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.left.rows[k] = l
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	m.right.rows[k] = r
}

func (m *merger) probe(k int) {
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	r := m.right.rows[k]
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.out = append(m.out, m.left.rows[k]+r)
}

func (m *merger) Run(n int) []string {
	var builders, probers sync.WaitGroup
	for i := range n {
		builders.Add(1)
		go func() {
			defer builders.Done()
			m.build(i, "l", "r")
		}()
	}
	builders.Wait()
	for i := range n {
		probers.Add(1)
		go func() {
			defer probers.Done()
			m.probe(i)
		}()
	}
	probers.Wait()
	return m.out
}

// Here both run at once.
type mixer struct {
	left, right *side2
	out         []string
}

type side2 struct {
	mu   sync.Mutex
	rows map[int]string
}

func (m *mixer) build(k int, l, r string) {
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.left.rows[k] = l
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	m.right.rows[k] = r
}

func (m *mixer) probe(k int) {
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	r := m.right.rows[k]
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.out = append(m.out, m.left.rows[k]+r)
}

func (m *mixer) Run(n int) []string {
	var builders, probers sync.WaitGroup
	for i := range n {
		builders.Add(1)
		go func() {
			defer builders.Done()
			m.build(i, "l", "r") // want `opposite order`
		}()
	}
	for i := range n {
		probers.Add(1)
		go func() {
			defer probers.Done()
			m.probe(i)
		}()
	}
	builders.Wait()
	probers.Wait()
	return m.out
}
