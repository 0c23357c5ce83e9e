package doublelock

import "sync"

// A table does not change any more when others know it.
type frozen struct {
	mu sync.RWMutex
	to map[string][]string
}

func NewFrozen(names map[string][]string) *frozen {
	f := &frozen{to: make(map[string][]string)}
	for k, v := range names {
		f.put(k, v)
	}
	return f
}

func (f *frozen) put(k string, v []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.to[k] = v
}

func (f *frozen) Expand(name string) (out []string) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, n := range f.to[name] {
		out = append(out, f.Expand(n)...)
	}
	return out
}

// This one does.
type thawed struct {
	mu sync.RWMutex
	to map[string][]string
}

func NewThawed(names map[string][]string, more <-chan string) *thawed {
	f := &thawed{to: make(map[string][]string)}
	for k, v := range names {
		f.put(k, v)
	}
	go func() {
		for k := range more {
			f.put(k, nil)
		}
	}()
	return f
}

func (f *thawed) put(k string, v []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.to[k] = v
}

func (f *thawed) Expand(name string) (out []string) {
	f.mu.RLock()
	defer f.mu.RUnlock()
	for _, n := range f.to[name] {
		out = append(out, f.Expand(n)...) // want `f.mu is read-locked again`
	}
	return out
}
