// Package session has objects that lock another one when they are used first, and unlock it when they are closed.
package session

import (
	"errors"
	"sync"
)

type Tx interface{ Commit() error }

type DB interface{ Begin() (Tx, error) }

type Store struct {
	writer sync.Mutex
	db     DB
	rows   []int
}

type Writer struct {
	store *Store
	tx    Tx
	err   error
	n     int
}

// Fine: one of its callers is out of sight, and calls Close.
func (w *Writer) WriteAll(rows []int) (int, error) {
	if w.tx == nil {
		w.store.writer.Lock()
		tx, err := w.store.db.Begin()
		if err != nil {
			w.store.writer.Unlock()
			w.err = err
			return 0, err
		}
		w.tx = tx
	}
	if err := w.store.add(rows); err != nil {
		w.err = err
		return 0, err
	}
	w.n += len(rows)
	return len(rows), nil
}

func (w *Writer) Write(row int) error {
	_, err := w.WriteAll([]int{row})
	return err
}

func (w *Writer) Close() error {
	if w.tx == nil {
		return w.err
	}
	defer w.store.writer.Unlock()
	err := w.tx.Commit()
	w.tx = nil
	return err
}

var errFull = errors.New("full")

func (s *Store) add(rows []int) error {
	if len(rows) > 100 {
		return errFull
	}
	s.rows = append(s.rows, rows...)
	return nil
}

// Nobody but pour, which does not call Stop, has to do with this one.
type tap struct {
	mu  sync.Mutex
	n   int
	off bool
}

func (t *tap) take() int {
	t.mu.Lock()
	if t.n > 3 {
		return t.n // want `return with t\.mu still locked`
	}
	t.n++
	t.mu.Unlock()
	return t.n
}

func (t *tap) stop() { t.mu.Unlock() }

func use(t *tap) {
	t.mu.Lock()
	t.stop()
}

func pour(t *tap) int { return t.take() }

var _ = func() int { use(new(tap)); return pour(new(tap)) }
