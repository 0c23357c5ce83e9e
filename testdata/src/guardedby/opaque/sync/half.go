package sync

import "sync"

// Half is seen to be locked for writing only.
type Half struct {
	w     sync.Mutex
	state *int32
}

func (m *Half) Lock()    { m.w.Lock() }
func (m *Half) Unlock()  { m.w.Unlock() }
func (m *Half) RLock()   { *m.state++ }
func (m *Half) RUnlock() { *m.state-- }
