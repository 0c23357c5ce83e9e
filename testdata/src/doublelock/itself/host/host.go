// Package host calls, with its locks held, plug-ins that others have given to it, and gives itself to them.
package host

import "sync"

type API interface {
	Lookup(name string) Plugin
}

type Plugin interface {
	Name() string
	Init(h *Host) error
}

// A Module gets less of the host to see.
type Module interface{ Start(a API) error }

type Host struct {
	mu      sync.Mutex
	order   []Plugin
	modules []Module
	byName  map[string]Plugin
}

func New(ps ...Plugin) *Host { return &Host{order: ps, byName: make(map[string]Plugin)} }

func (h *Host) Add(m Module) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.modules = append(h.modules, m)
}

func (h *Host) Load() error {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, p := range h.order {
		if err := p.Init(h); err != nil {
			return err
		}
		h.byName[p.Name()] = p
	}
	for _, m := range h.modules {
		if err := m.Start(h); err != nil {
			return err
		}
	}
	return nil
}

func (h *Host) Lookup(name string) Plugin {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.byName[name]
}

// Peek must be called by plug-ins that are being loaded.
func (h *Host) Peek(name string) Plugin { return h.byName[name] }

// A Lazy host loads its plug-ins when the first one is looked up.
type Lazy struct {
	once   sync.Once
	order  []Late
	byName map[string]Late
}

type Late interface {
	Name() string
	Init(l *Lazy)
}

func NewLazy(order ...Late) *Lazy { return &Lazy{order: order, byName: make(map[string]Late)} }

func (l *Lazy) load() {
	for _, p := range l.order {
		l.byName[p.Name()] = p
		p.Init(l)
	}
}

func (l *Lazy) Lookup(name string) Late {
	l.once.Do(l.load)
	return l.byName[name]
}
