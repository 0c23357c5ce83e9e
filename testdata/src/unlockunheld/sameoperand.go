package unlockunheld

import "sync"

// The variable v points to one view, whatever the map has under its name by now.
type storedView struct {
	mu    sync.RWMutex
	query func() []string
	rows  []string
}

type storedViews struct {
	mu    sync.RWMutex
	views map[string]*storedView
}

func (s *storedViews) view(name string) (*storedView, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	v, ok := s.views[name]
	return v, ok
}

func (s *storedViews) Add(name string, v *storedView) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.views[name] = v
}

func (v *storedView) refresh() { v.rows = v.query() }

func (s *storedViews) Get(name string) []string {
	v, ok := s.view(name)
	if !ok {
		return nil
	}
	v.mu.RLock()
	if v.rows == nil {
		v.mu.RUnlock()
		v.mu.Lock()
		v.refresh()
	}
	out := v.rows
	v.mu.RUnlock() // want `v\.mu is read-unlocked, but held for writing since sameoperand\.go:\d+: use Unlock`
	return out
}

// The name that a loop gives to one view after the other denotes another one on each turn.
func (s *storedViews) Swap(names []string) {
	var last *storedView
	for _, name := range names {
		v, ok := s.view(name)
		if !ok {
			continue
		}
		v.mu.Lock()
		v.refresh()
		if last != nil {
			last.mu.Unlock()
		}
		last = v
	}
	if last != nil {
		last.mu.Unlock()
	}
}
