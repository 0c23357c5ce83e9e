// Package wrappedonce calls Do by way of a function that keeps the error.
package wrappedonce

import "sync"

type lazy struct {
	once sync.Once
	err  error
}

func (l *lazy) do(f func() error) error {
	l.once.Do(func() { l.err = f() })
	return l.err
}

type site struct {
	pages, menu lazy
	titles      []string
}

func (s *site) load() error {
	return s.pages.do(func() error { // want `s.pages.once.Do is called by the function that it runs`
		s.assemble()
		return nil
	})
}

func (s *site) assemble() { s.titles = append(s.titles, s.title()) }

func (s *site) title() string {
	if s.load() != nil {
		return ""
	}
	return "title"
}

// Fine: another Once.
func (s *site) loadMenu() error {
	return s.menu.do(func() error {
		s.title()
		return nil
	})
}
