// Package keeps locks a store that objects of other packages keep and lock again.
package keeps

import (
	"doublelock/keeps/reader"
	"doublelock/keeps/store"
)

func size(s *store.Store) int {
	r := reader.New(s)
	s.Lock()
	defer s.Unlock()
	return r.Size() // want `mu is locked again`
}

func sizeOfOther(s, other *store.Store) int {
	r := reader.New(other)
	s.Lock()
	defer s.Unlock()
	return r.Size()
}

func open(s *store.Store) (int, error) {
	r, err := reader.Open(s)
	if err != nil {
		return 0, err
	}
	s.Lock()
	defer s.Unlock()
	return r.Size(), nil // want `mu is locked again`
}

func ofReader(r *reader.Reader) int {
	s := r.Store()
	s.Lock()
	defer s.Unlock()
	return r.Size() // want `mu is locked again`
}

type app struct {
	s *store.Store
	r *reader.Reader
	w *reader.Switch
}

func newApp() (*app, error) {
	s := store.New()
	r, err := reader.Open(s)
	if err != nil {
		return nil, err
	}
	return &app{s: s, r: r, w: reader.NewSwitch(s)}, nil
}

func (a *app) size() (n int) {
	a.s.With(func() { n = a.r.Size() }) // want `mu is locked again`
	return n
}

// The switch may have been set to another store.
func (a *app) switched() (n int) {
	a.s.With(func() { n = a.w.Size() })
	return n
}

// Each of these has two stores.
type pair struct {
	s *store.Store
	r *reader.Reader
}

func newPair() *pair { return &pair{s: store.New(), r: reader.New(store.New())} }

func (p *pair) size() (n int) {
	p.s.With(func() { n = p.r.Size() })
	return n
}

// Who has set the switch to another store locks that one.
func turned(s, other *store.Store) int {
	w := reader.NewSwitch(s)
	w.To(other)
	s.Lock()
	defer s.Unlock()
	return w.Size()
}
