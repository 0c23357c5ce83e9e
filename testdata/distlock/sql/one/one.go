// Package one has a pool of one connection.
package one

import "database/sql"

func open(dsn string) (*sql.DB, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

//distlock:silent anyconn F10
func lock(db *sql.DB, id int64) error {
	_, err := db.Exec("SELECT pg_advisory_lock($1)", id)
	return err
}

func unlock(db *sql.DB, id int64) error {
	_, err := db.Exec("SELECT pg_advisory_unlock($1)", id)
	return err
}
