// Package reader keeps a store in a field.
package reader

import (
	"errors"

	"doublelock/keeps/store"
)

type Reader struct {
	s *store.Store
}

func New(s *store.Store) *Reader { return &Reader{s: s} }

func (r *Reader) Size() int           { return r.s.Len() }
func (r *Reader) Store() *store.Store { return r.s }

// Open fails without a store.
func Open(s *store.Store) (*Reader, error) {
	if s == nil {
		return nil, errors.New("no store")
	}
	return &Reader{s: s}, nil
}

// A Switch reads from one store after another.
type Switch struct {
	s *store.Store
}

func NewSwitch(s *store.Store) *Switch { return &Switch{s: s} }

func (w *Switch) To(s *store.Store) { w.s = s }
func (w *Switch) Size() int         { return w.s.Len() }
