// Package kinds has objects around those that another package has just made for it: to
// lock one of them keeps nobody waiting.
package kinds

import (
	"sync"

	"crossorder/made/base"
)

type static struct{ *base.Directory }

func newStatic() *static {
	s := &static{Directory: base.NewDirectory("static")}
	s.SetRoutes(nil)
	return s
}

type registry struct {
	*base.Directory
	mu    sync.Mutex
	parts []*static
}

func NewRegistry() *registry { return &registry{Directory: base.NewDirectory("registry")} }

func (r *registry) Close() {
	r.Destroy(func() {
		r.mu.Lock()
		r.parts = nil
		r.mu.Unlock()
	})
}

func (r *registry) Grow() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parts = append(r.parts, newStatic())
}

// What is found may be known to others.
type shared struct {
	*base.Directory
	mu sync.Mutex
}

func NewShared() *shared { return &shared{Directory: base.Find("shared")} }

func (s *shared) Close() {
	s.Destroy(func() { // want `\(\*shared\)\.Close locks base\.Directory\.mu, then shared\.mu, and \(\*shared\)\.Grow in the opposite order: can deadlock`
		s.mu.Lock()
		s.mu.Unlock()
	})
}

func (s *shared) Grow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.SetRoutes(nil)
}
