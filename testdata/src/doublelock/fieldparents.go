package doublelock

import "sync"

// A method of the parent is in a field of its child, which was made by a constructor, or got it by an option.

type book struct{ exists func(string) bool }

func newBook(f func(string) bool) *book { return &book{exists: f} }

func (b *book) check(s string) bool { return b.exists(s) }

type bookOption func(*book)

func withExists(f func(string) bool) bookOption { return func(b *book) { b.exists = f } }

func newBookWith(options ...bookOption) *book {
	b := &book{}
	for _, o := range options {
		o(b)
	}
	return b
}

type bookShelf struct {
	mu    sync.Mutex
	list  *book
	index *book
	n     int
}

func newBookShelf() *bookShelf {
	s := &bookShelf{}
	s.list = newBook(s.has)
	s.index = newBookWith(withExists(s.hasNot))
	return s
}

func (s *bookShelf) has(string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n > 0
}

func (s *bookShelf) hasNot(string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.n == 0
}

func (s *bookShelf) Use() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.list.check("a") // want `s\.mu is locked again at fieldparents\.go:\d+ by \(\*bookShelf\)\.has(Not)?, which deadlocks`
}

func (s *bookShelf) UseUnlocked() bool {
	s.mu.Lock()
	list := s.list
	s.mu.Unlock()
	return list.check("a")
}

func bothShelves(a, b *bookShelf) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return b.list.check("a")
}
