// Package shutdown waits for the handlers of servers.
package shutdown

import (
	"context"
	"net/http"
	"sync"
	"time"
)

type api struct {
	mu     sync.Mutex
	server *http.Server
	hits   int
}

func (a *api) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/count", a.count)
	mux.HandleFunc("/health", func(w http.ResponseWriter, r *http.Request) {})
	return mux
}

func (a *api) count(w http.ResponseWriter, r *http.Request) {
	a.add()
}

func (a *api) add() {
	a.mu.Lock()
	a.hits++
	a.mu.Unlock()
}

func (a *api) Start() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.server = &http.Server{Handler: a.routes()}
	go a.server.ListenAndServe()
}

func (a *api) Stop(ctx context.Context) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.server.Shutdown(ctx) // want `a.server.Shutdown with a.mu held .*: its handler .* must lock a.mu first .*: deadlock`
}

func (a *api) StopRight(ctx context.Context) error {
	a.mu.Lock()
	server := a.server
	a.mu.Unlock()
	return server.Shutdown(ctx)
}

// It keeps others waiting, but not for good.
func (a *api) StopSoon() error {
	a.mu.Lock()
	defer a.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return a.server.Shutdown(ctx)
}

// The handlers of this one need no lock.
type static struct {
	mu     sync.Mutex
	server http.Server
	hits   int
}

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {}

func (s *static) Hit() {
	s.mu.Lock()
	s.hits++
	s.mu.Unlock()
}

func (s *static) Stop(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.server.Shutdown(ctx)
}

// Which of the two servers a handler belongs to is not known.
type both struct {
	mu            sync.Mutex
	public, admin *http.Server
	hits          int
}

func (b *both) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	b.hits++
	b.mu.Unlock()
}

func (b *both) Stop(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.admin.Shutdown(ctx)
}
