// Package begun has functions that run themselves again in a transaction, if they have none.
package begun

import (
	"doublelock/begun/db"
	"doublelock/begun/hook"
)

type Store struct{ db *db.DB }

func (s *Store) Set(tx *db.Tx, key string) error {
	if tx == nil {
		return s.db.Run(func(tx *db.Tx) error { return s.Set(tx, key) })
	}
	return tx.Exec(key)
}

// audit hands a function of another package to a third one.
func (s *Store) audit() error { return s.db.Run(hook.Audit) }
