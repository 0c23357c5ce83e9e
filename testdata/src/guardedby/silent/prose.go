package silent

import "sync"

// The comment above a group of fields is about all of them.
type listener struct {
	// mu guards the fields below.
	mu    sync.Mutex
	conns map[string]int

	// These fields are used by the callbacks of the client, which come one after another. They do
	// not need further synchronization.
	pending map[string]int
	ready   map[string]int
}

func (l *listener) updated(name string) {
	l.mu.Lock()
	l.conns[name]++
	l.pending[name]++
	l.ready[name]++
	l.mu.Unlock()
	delete(l.pending, name)
	delete(l.ready, name)
}

func (l *listener) gone(name string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, name)
	delete(l.pending, name)
	delete(l.ready, name)
}

// The goroutine that commits is the only one that changes a trie.
type trie struct {
	mu    sync.RWMutex
	dirty map[string][]string
}

func (t *trie) Node(h string) []string {
	t.mu.RLock()
	defer t.mu.RUnlock()
	return t.dirty[h]
}

// Cap is a non-synchronized mutator.
func (t *trie) Cap(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for h := range t.dirty {
		if n--; n < 0 {
			delete(t.dirty, h)
		}
	}
}

// Commit is a non-synchronized mutator.
func (t *trie) Commit(h string) { t.commit(h) }

func (t *trie) commit(h string) {
	node, ok := t.dirty[h]
	if !ok {
		return
	}
	for _, c := range node {
		t.commit(c)
	}
	if len(node) > 2 {
		t.mu.Lock()
		delete(t.dirty, h)
		t.mu.Unlock()
	}
}

type tries struct {
	t      *trie
	blocks chan string
}

func (c *tries) run() {
	for b := range c.blocks {
		c.t.Commit(b)
		c.t.Cap(100)
	}
}

func newTries() *tries {
	c := &tries{&trie{dirty: make(map[string][]string)}, make(chan string)}
	go c.run()
	go func() {
		for {
			c.t.Node("a")
		}
	}()
	return c
}

// Nothing calls class.
type states struct {
	mu     sync.Mutex
	states map[string]int
}

func (s *states) Set(k string, v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.states[k] = v
}

func (s *states) Delete(k string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.states, k)
}

func (s *states) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.states)
}

func (s *states) class(k string) int { return s.states[k] }
