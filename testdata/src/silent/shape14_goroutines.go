package silent

import "sync"

// Shape 14: read-locked twice by different goroutines; recursive descent over
// different nodes.

type library struct {
	mu       sync.RWMutex
	books    map[string]int
	branches []*library
	parent   *library
}

func (l *library) put(name string) {
	l.mu.Lock()
	l.books[name]++
	l.mu.Unlock()
}

func (l *library) count(name string) int {
	l.mu.RLock()
	defer l.mu.RUnlock()
	n := l.books[name]
	for _, b := range l.branches {
		n += b.count(name)
	}
	return n
}

func (l *library) countAll(names []string) (n int) {
	l.mu.RLock()
	defer l.mu.RUnlock()
	results := make(chan int)
	for _, name := range names {
		go func() { results <- l.count(name) }()
	}
	go l.put("visitors")
	for range names {
		n += <-results
	}
	return n
}

func (l *library) root() *library {
	l.mu.RLock()
	defer l.mu.RUnlock()
	if l.parent == nil {
		return l
	}
	return l.parent.root()
}

func (l *library) adopt(o *library) {
	l.mu.Lock()
	defer l.mu.Unlock()
	o.mu.Lock()
	o.parent = l
	o.mu.Unlock()
	l.branches = append(l.branches, o)
}

// Walking up and down with an explicit stack.
func (l *library) names() (out []string) {
	todo := []*library{l}
	for len(todo) > 0 {
		cur := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		cur.mu.RLock()
		for name := range cur.books {
			out = append(out, name)
		}
		todo = append(todo, cur.branches...)
		cur.mu.RUnlock()
	}
	return out
}
