// Package layout has a screen between two layers of one type.
package layout

import (
	"sync"

	"lockorder/chain/store"
)

type Margins struct {
	mu     sync.Mutex
	screen store.Screen
	inner  int
}

func NewMargins(s store.Screen) *Margins {
	m := &Margins{screen: s}
	go m.poll()
	return m
}

func (m *Margins) poll() { println(m.State()) }

func (m *Margins) State() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.inner
}

func (m *Margins) Resize(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.inner = n - 2
	m.screen.Resize(m.inner)
}

func Add(s store.Screen) store.Screen {
	inner := store.NewLayers()
	inner.Add(s)
	m := NewMargins(inner)
	outer := store.NewLayers()
	outer.Add(m)
	return outer
}

// Borders are shown by the very layers that they resize.
type Borders struct {
	mu     sync.Mutex
	screen *store.Layers
	inner  int
}

func NewBorders(s *store.Layers) *Borders { return &Borders{screen: s} }

func (b *Borders) State() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.inner
}

func (b *Borders) Resize(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.inner = n - 2
	b.screen.Resize(b.inner) // want `\(\*Borders\)\.Resize locks Borders\.mu, then store\.Layers\.mu, and store\.\(\*Layers\)\.State in the opposite order: can deadlock`
}

func AddBorders() *store.Layers {
	l := store.NewLayers()
	l.Add(NewBorders(l))
	return l
}
