package clean

import "doublelock/partof/meta"

// Wrapped has methods that a type of this package has, too.
type Wrapped interface {
	Walk(func(meta.Record) error) error
	Remove(key string) error
	Put(meta.Record) error
}

type queued struct {
	*meta.Store
	removed []string
}

func (q *queued) Remove(key string) error {
	q.removed = append(q.removed, key)
	return nil
}

type Cleaner struct{ store Wrapped }

func NewCleaner(store Wrapped) *Cleaner { return &Cleaner{store} }

func (c *Cleaner) Clean() error {
	return c.store.Walk(func(r meta.Record) error { return c.store.Remove(r.Key) })
}
