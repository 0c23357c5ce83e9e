// Package sync has locks of its own, as some runtimes do.
package sync

type RWMutex struct{ state *int32 }

// +checklocksignore
func (m *RWMutex) Lock() { *m.state = -1 }

// +checklocksignore
func (m *RWMutex) Unlock() { *m.state = 0 }

// +checklocksignore
func (m *RWMutex) RLock() { *m.state++ }

// +checklocksignore
func (m *RWMutex) RUnlock() { *m.state-- }
