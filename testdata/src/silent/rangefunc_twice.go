package silent

import (
	"iter"
	"sync"
)

// An iterator with two loops goes on to neither once the body of the range statement
// has returned.
type ledgers struct {
	mu       sync.Mutex
	open     map[string]int
	archived map[string]int
}

func (l *ledgers) all() iter.Seq[string] {
	return func(yield func(string) bool) {
		if l.open == nil {
			return
		}
		for name, n := range l.open {
			if n > 0 && !yield(name) {
				return
			}
		}
		for name := range l.archived {
			if _, ok := l.open[name]; ok {
				continue
			}
			if !yield(name) {
				return
			}
		}
	}
}

func (l *ledgers) audit(check func(string) error) error {
	l.mu.Lock()
	for name := range l.all() {
		for other := range l.all() {
			if err := check(name + other); err != nil {
				l.mu.Unlock()
				return err
			}
		}
		if err := check(name); err != nil {
			l.mu.Unlock()
			return err
		}
	}
	l.mu.Unlock()
	return nil
}
