package doublelock

import "sync"

// Bound methods and method expressions.
type motor struct {
	mu    sync.Mutex
	speed int
}

func (m *motor) stop() {
	m.mu.Lock()
	m.speed = 0
	m.mu.Unlock()
}

func (m *motor) halt() {
	m.mu.Lock()
	defer m.mu.Unlock()
	stop := m.stop
	stop() // want `m\.mu is locked again at methodvalues\.go:12 by \(\*motor\)\.stop`
}

func (m *motor) relock() {
	lock, unlock := m.mu.Lock, m.mu.Unlock
	lock()
	lock() // want `m\.mu is locked again`
	unlock()
}

// Silent shape 11.
func (m *motor) once() {
	lock, unlock := m.mu.Lock, m.mu.Unlock
	lock()
	m.speed++
	unlock()
	lock()
	defer unlock()
	m.speed++
}

// A bound method of another object.
func (m *motor) haltOther(o *motor) {
	m.mu.Lock()
	defer m.mu.Unlock()
	stop := o.stop
	stop()
}

// A bound method as an argument.
func run(f func()) { f() }

func (m *motor) runStop() {
	m.mu.Lock()
	defer m.mu.Unlock()
	run(m.stop) // want `m\.mu is locked again`
}

func (m *motor) halt2() {
	m.mu.Lock()
	defer m.mu.Unlock()
	(*motor).stop(m) // want `m\.mu is locked again at \S+ by \(\*motor\)\.stop`
}
