package doublelock

import "sync"

// Some kindHooks are called under the lock, others in goroutines of their own.
type kindHook struct {
	f    func()
	away bool
}

func newKindHook(f func(), away bool) *kindHook { return &kindHook{f: f, away: away} }

type kindHooks struct {
	mu   sync.Mutex
	list []*kindHook
}

func (h *kindHooks) run() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range h.list {
		if !k.away {
			k.f() // want `h\.mu is locked again at hookkinds\.go:\d+ by \(\*kindHooks\)\.len, which deadlocks`
		} else {
			go k.f()
		}
	}
}

func (h *kindHooks) len() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.list)
}

func (h *kindHooks) log() {
	h.mu.Lock()
	defer h.mu.Unlock()
	println("log")
}

func (h *kindHooks) Init() {
	h.list = append(h.list, newKindHook(func() { println(h.len()) }, false), newKindHook(func() { h.log() }, true))
}
