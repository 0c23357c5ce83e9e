package unlockunheld

import "sync"

// The handle that begin returned is done twice on one path.
type attic struct {
	mu    sync.Mutex
	full  bool
	boxes int
}

type atticTx struct{ a *attic }

func (a *attic) begin() (*atticTx, error) {
	a.mu.Lock()
	if a.full {
		a.mu.Unlock()
		return nil, errClosed
	}
	return &atticTx{a}, nil
}

func (tx *atticTx) done() { tx.a.mu.Unlock() }

func (a *attic) stow(n int) error {
	tx, err := a.begin()
	if err != nil {
		return err
	}
	defer tx.done() // want `a\.mu is unlocked by this deferred call at handles\.go:\d+ by \(\*atticTx\)\.done, but was unlocked before, at handles\.go:\d+ by \(\*atticTx\)\.done`
	if n < 0 {
		tx.done()
		return errClosed
	}
	a.boxes += n
	return nil
}

// Once on each.
func (a *attic) clear(n int) error {
	tx, err := a.begin()
	if err != nil {
		return err
	}
	if a.boxes < n {
		tx.done()
		return errClosed
	}
	a.boxes -= n
	tx.done()
	return nil
}
