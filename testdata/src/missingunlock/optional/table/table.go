// Package table has a lock that is left alone in some tables.
package table

import "sync"

type Table struct {
	Name  string
	Views []string
	Rows  []string
	mu    sync.RWMutex
}

func New(name string, views []string) *Table { return &Table{Name: name, Views: views} }

func (t *Table) RLock() {
	if len(t.Views) != 0 {
		return
	}
	t.mu.RLock()
}

func (t *Table) RUnlock() {
	if len(t.Views) != 0 {
		return
	}
	t.mu.RUnlock()
}

func (t *Table) Lock() {
	if len(t.Views) != 0 {
		return
	}
	t.mu.Lock()
}

func (t *Table) Unlock() {
	if len(t.Views) != 0 {
		return
	}
	t.mu.Unlock()
}
