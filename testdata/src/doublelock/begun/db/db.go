// Package db runs functions in transactions, under a lock.
package db

import (
	"errors"
	"sync"
)

type Tx struct{ n int }

func (t *Tx) Exec(s string) error { t.n += len(s); return nil }

type conn interface {
	Begin() (*Tx, error)
	Look(name string) (*Tx, error)
}

type DB struct {
	mu   sync.Mutex
	conn conn
	open map[string]*Tx
}

// Run gives do a transaction, which is not nil.
func (d *DB) Run(do func(tx *Tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	tx, err := d.conn.Begin()
	if err != nil {
		return err
	}
	return do(tx)
}

// Try gives do what Begin returns even if that is an error.
func (d *DB) Try(do func(tx *Tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	tx, err := d.conn.Begin()
	if err != nil {
		println("no transaction")
	}
	return do(tx)
}

func (d *DB) look(name string) (*Tx, error) {
	if name == "" {
		return nil, errors.New("no name")
	}
	if d.open[name] == nil {
		return nil, nil
	}
	return d.open[name], nil
}

// Find gives do a transaction that look has found, or nil.
func (d *DB) Find(name string, do func(tx *Tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	tx, err := d.look(name)
	if err != nil {
		return err
	}
	return do(tx)
}

// Ask gives do a transaction, or nil, as it shows by its test.
func (d *DB) Ask(name string, do func(tx *Tx) error) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	tx, err := d.conn.Look(name)
	if err != nil {
		return err
	}
	if tx == nil {
		println("none")
	}
	return do(tx)
}

func (d *DB) Set(tx *Tx, key string) error {
	if tx == nil {
		return d.Run(func(tx *Tx) error { return d.Set(tx, key) })
	}
	return tx.Exec(key)
}

func (d *DB) SetAnyhow(tx *Tx, key string) error {
	if tx == nil {
		return d.Try(func(tx *Tx) error { return d.SetAnyhow(tx, key) }) // want `d.mu is locked again`
	}
	return tx.Exec(key)
}

func (d *DB) SetFound(tx *Tx, key string) error {
	if tx == nil {
		return d.Find(key, func(tx *Tx) error { return d.SetFound(tx, key) }) // want `d.mu is locked again`
	}
	return tx.Exec(key)
}

func (d *DB) SetAsked(tx *Tx, key string) error {
	if tx == nil {
		return d.Ask(key, func(tx *Tx) error { return d.SetAsked(tx, key) }) // want `d.mu is locked again`
	}
	return tx.Exec(key)
}
