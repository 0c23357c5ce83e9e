package lockorder

import "sync"

// One generic type stands for containers that have nothing to do with each other.
type list2[T any] struct {
	mu  sync.Mutex
	all []T
}

func (l *list2[T]) each(f func(T)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, x := range l.all {
		f(x)
	}
}

func (l *list2[T]) Add(x T) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, x)
}

type member struct {
	mu    sync.Mutex
	names list2[string]
}

type club struct{ members list2[*member] }

func (m *member) Name(s string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.names.Add(s)
}

func (c *club) All() {
	c.members.each(func(m *member) {
		m.mu.Lock()
		m.mu.Unlock()
	})
}
