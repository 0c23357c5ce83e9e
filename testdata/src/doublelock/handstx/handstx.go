// Package handstx hands on the transaction of a store in another package.
package handstx

import "doublelock/handstx/book"

type shelf struct{ store *book.Store }

// put begins a transaction of its own if it is given none.
func (s *shelf) put(t book.Tx, title string) error {
	if t == nil {
		return s.store.Update(func(t book.Tx) error { return t.Set(title, "") })
	}
	return t.Set(title, "")
}

// Fine: the transaction that the callback is there to work on is not nil.
func (s *shelf) both(a, b string) error {
	return s.store.Update(func(t book.Tx) error {
		if err := s.put(t, a); err != nil {
			return err
		}
		return s.put(t, b)
	})
}

func (s *shelf) again(a string) error {
	return s.store.Update(func(book.Tx) error { // want `s\.store\.mu is locked again at book\.go:\d+ by \(\*Store\)\.Update, which deadlocks`
		return s.put(nil, a)
	})
}

// Who asks whether it is nil knows of cases where it is.
func (s *shelf) perhaps(a string) error {
	return s.store.Edit(func(t book.Tx) error { // want `s\.store\.mu is locked again at book\.go:\d+ by \(\*Store\)\.Update, which deadlocks`
		if t == nil {
			a = "none"
		}
		return s.put(t, a)
	})
}

// Fine: Update shows that it is not.
func (s *shelf) never(a string) error {
	return s.store.Update(func(t book.Tx) error {
		if t == nil {
			a = "none"
		}
		return s.put(t, a)
	})
}
