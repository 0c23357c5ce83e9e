// Package variadic calls the functions of a list under a lock.
package variadic

import "sync"

type Table struct {
	mu sync.Mutex
	n  int
}

func (t *Table) Len() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.n
}

func (t *Table) Modify(fs ...func(*Table)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, f := range fs {
		f(t)
	}
}

func (t *Table) After(fs ...func(*Table)) {
	t.mu.Lock()
	t.n++
	t.mu.Unlock()
	for _, f := range fs {
		f(t)
	}
}

func clear(t *Table) { t.n = 0 }

func size(t *Table) { println(t.Len()) }

func modify(t *Table) {
	t.Modify(clear, size) // want `mu is locked again`
	t.Modify(clear, func(u *Table) { // want `mu is locked again`
		u.n = t.Len()
	})
	t.After(clear, size)
}

func modifyByOther(t, other *Table) {
	t.Modify(clear, func(u *Table) { u.n = other.Len() })
}
