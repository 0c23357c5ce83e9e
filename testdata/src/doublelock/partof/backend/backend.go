package backend

import (
	"sync"

	"doublelock/partof/tunnel"
)

type Engine interface {
	SetCallback(func(tunnel.Status))
	Reconfigure(peers []string)
}

type Backend struct {
	engine Engine
	mu     sync.Mutex
	peers  int
	routes []string
}

func New(e Engine) *Backend { return &Backend{engine: e} }

func (b *Backend) Start() { b.engine.SetCallback(b.onStatus) }

func (b *Backend) onStatus(st tunnel.Status) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.peers = st.Peers
}

func (b *Backend) SetRoutes(routes []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.routes = routes
	b.engine.Reconfigure(routes) // want `b\.mu is locked again at backend\.go:\d+ by \(\*Backend\)\.onStatus, which deadlocks: it is held since backend\.go:\d+`
}

func (b *Backend) Reset() {
	b.mu.Lock()
	routes := b.routes
	b.mu.Unlock()
	b.engine.Reconfigure(routes)
}
