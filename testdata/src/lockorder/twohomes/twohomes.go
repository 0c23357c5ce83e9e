// Package twohomes has a manager of controllers.
//
// The manager's lock and the lock of each controller are two tracking locks, made for each. The
// controller's goroutine locks its own only.
package twohomes

import (
	"context"
	"sync"

	"lockorder/twohomes/state"
)

type controller struct {
	stateLock *state.TrackingLock
	lifecycle sync.Mutex
	status    string
	cancel    context.CancelFunc
	done      chan struct{}
}

func newController(t *state.Tracker) *controller {
	c := &controller{stateLock: state.NewTrackingLock(t), done: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	go c.run(ctx)
	return c
}

func (c *controller) run(ctx context.Context) {
	defer func() {
		c.stateLock.Lock()
		c.status = "ended"
		c.stateLock.Unlock()
		close(c.done)
	}()
	<-ctx.Done()
}

func (c *controller) halt(pause bool) {
	c.lifecycle.Lock()
	defer c.lifecycle.Unlock()
	if c.cancel != nil {
		c.cancel()
		<-c.done
		c.cancel = nil
	}
	if pause {
		c.stateLock.Lock()
		c.status = "paused"
		c.stateLock.Unlock()
	}
}

type Manager struct {
	tracker  *state.Tracker
	lock     *state.TrackingLock
	sessions map[string]*controller
}

func NewManager() *Manager {
	t := state.NewTracker()
	return &Manager{tracker: t, lock: state.NewTrackingLock(t), sessions: map[string]*controller{}}
}

func (m *Manager) Create(name string) {
	c := newController(m.tracker)
	m.lock.Lock()
	m.sessions[name] = c
	m.lock.Unlock()
}

func (m *Manager) find(name string) *controller {
	m.lock.Lock()
	defer m.lock.UnlockWithoutNotify()
	return m.sessions[name]
}

func (m *Manager) Pause(name string) {
	if c := m.find(name); c != nil {
		c.halt(true)
	}
}

func (m *Manager) Shutdown() {
	m.lock.Lock()
	defer m.lock.UnlockWithoutNotify()
	for _, c := range m.sessions {
		c.halt(false)
	}
}
