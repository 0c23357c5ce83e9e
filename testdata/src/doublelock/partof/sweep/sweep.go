package sweep

import "doublelock/partof/meta"

// Records is the part of a meta.Store that a sweeper needs: no other type has these methods.
type Records interface {
	Walk(func(meta.Record) error) error
	Remove(key string) error
}

type Sweeper struct {
	store   Records
	Removed []string
}

func New(store Records) *Sweeper { return &Sweeper{store: store} }

func (s *Sweeper) Sweep() error {
	return s.store.Walk(func(r meta.Record) error { // want `s\.store\.lock is locked for writing at meta\.go:\d+ by \(\*Store\)\.Remove, which deadlocks: it is read-locked since sweep\.go:\d+`
		if r.Use > 0 {
			return nil
		}
		s.Removed = append(s.Removed, r.Key)
		return s.store.Remove(r.Key)
	})
}

// Copies may be of two types of package meta.
type Copies interface {
	Walk(func(meta.Record) error) error
	Put(meta.Record) error
}

type Renamer struct{ store Copies }

func NewRenamer(store Copies) *Renamer { return &Renamer{store} }

func (c *Renamer) Rename() error {
	return c.store.Walk(func(r meta.Record) error { return c.store.Put(r) })
}
