// Package one has a pool of one connection.
package one

import "database/sql"

type store struct{ db *sql.DB }

func open(dsn string) (*store, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return &store{db}, nil
}

//distlock:silent anyconn F10
func (s *store) lock(id int64) error {
	_, err := s.db.Exec("SELECT pg_advisory_lock($1)", id)
	return err
}

func (s *store) unlock(id int64) error {
	_, err := s.db.Exec("SELECT pg_advisory_unlock($1)", id)
	return err
}
