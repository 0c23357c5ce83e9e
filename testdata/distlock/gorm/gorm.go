// Package gorm has locks of databases through gorm, whose DB is a pool, a
// connection or a transaction.
package gorm

import (
	"context"

	"github.com/go-redsync/redsync/v4"
	"gorm.io/gorm"
)

// anyconn

func opened(dialector gorm.Dialector, work func(*gorm.DB) error) error {
	db, err := gorm.Open(dialector, &gorm.Config{})
	if err != nil {
		return err
	}
	if err := db.Exec("SELECT pg_advisory_lock(?)", 17).Error; err != nil { // want `anyconn: the lock stays with a connection that the next statement may not get: pg_advisory_lock runs on the pool`
		return err
	}
	defer db.Exec("SELECT pg_advisory_unlock(?)", 17) // want `anyconn: the lock stays with a connection that the next statement may not get: pg_advisory_unlock runs on the pool`
	return work(db)
}

type repository struct{ db *gorm.DB }

func NewRepository(db *gorm.DB) *repository { return &repository{db: db} }

func (r *repository) TryLock(ctx context.Context, key int64) (ok bool, err error) {
	err = r.db.WithContext(ctx).Raw("SELECT pg_try_advisory_lock(?)", key).Scan(&ok).Error // want `anyconn: the lock stays with a connection that the next statement may not get: pg_try_advisory_lock runs on the pool`
	return ok, err
}

var DB *gorm.DB

func cron(name string, work func()) error {
	var got int
	if err := DB.Raw("SELECT GET_LOCK(?, 0)", name).Scan(&got).Error; err != nil || got != 1 { // want `anyconn: the lock stays with a connection that the next statement may not get: get_lock runs on the pool`
		return err
	}
	defer DB.Exec("DO RELEASE_LOCK(?)", name) // want `anyconn: the lock stays with a connection that the next statement may not get: release_lock runs on the pool`
	work()
	return nil
}

func migrate(db *gorm.DB, work func(*gorm.DB) error) error {
	if err := db.Exec("SELECT pg_advisory_lock(42)").Error; err != nil { // want `anyconn: `
		return err
	}
	defer db.Exec("SELECT pg_advisory_unlock(42)") // want `anyconn: `
	return db.Transaction(work)
}

func locked(db *gorm.DB, key int64) error {
	return db.Exec("SELECT pg_advisory_lock(?)", key).Error // want `anyconn: `
}

func (r *repository) lock(key int64) error { return locked(r.db, key) }

//distlock:silent anyconn
func connection(db *gorm.DB, key int64, work func(*gorm.DB) error) error {
	return db.Connection(func(conn *gorm.DB) error {
		if err := conn.Exec("SELECT pg_advisory_lock(?)", key).Error; err != nil {
			return err
		}
		defer conn.Exec("SELECT pg_advisory_unlock(?)", key)
		return work(conn)
	})
}

// Who calls it says what it is.
//
//distlock:silent anyconn
func Lock(db *gorm.DB, key int64) error {
	return db.Exec("SELECT pg_advisory_lock(?)", key).Error
}

//distlock:silent anyconn
func acquire(conn *gorm.DB, key int64) error {
	return conn.Exec("SELECT pg_advisory_lock(?)", key).Error
}

func release(conn *gorm.DB, key int64) error {
	return conn.Exec("SELECT pg_advisory_unlock(?)", key).Error
}

func helpers(db *gorm.DB, key int64, work func() error) error {
	return db.Connection(func(conn *gorm.DB) error {
		if err := acquire(conn.WithContext(context.Background()), key); err != nil {
			return err
		}
		defer release(conn, key)
		return work()
	})
}

// A unit of work keeps its transaction.
type unit struct{ db *gorm.DB }

func begin(db *gorm.DB) *unit { return &unit{db: db.Begin()} }

//distlock:silent anyconn xactlock
func (u *unit) lock(key int64) error {
	return u.db.Exec("SELECT pg_advisory_xact_lock(?)", key).Error
}

// xactlock and sessionintx

func (r *repository) xact(key int64, work func() error) error {
	if err := r.db.Exec("SELECT pg_advisory_xact_lock(?)", key).Error; err != nil { // want `xactlock: `
		return err
	}
	return work()
}

//distlock:silent xactlock
func (r *repository) xactInTx(key int64, work func(*gorm.DB) error) error {
	return r.db.Transaction(func(tx *gorm.DB) error {
		if err := tx.Exec("SELECT pg_advisory_xact_lock(?)", key).Error; err != nil {
			return err
		}
		return work(tx)
	})
}

func (r *repository) sessionInTx(key int64, work func(*gorm.DB) error) error {
	tx := r.db.Begin()
	if err := tx.Exec("SELECT pg_advisory_lock(?)", key).Error; err != nil { // want `sessionintx: `
		tx.Rollback()
		return err
	}
	if err := work(tx); err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit().Error
}

// beforecommit

type stock struct {
	ID int64
	N  int
}

func (r *repository) take(m *redsync.Mutex, id int64) error {
	return r.db.Transaction(func(tx *gorm.DB) error {
		if err := m.Lock(); err != nil {
			return err
		}
		defer m.Unlock() // want `beforecommit: the next holder of m does not see what was written: the transaction commits after the release`
		var s stock
		if err := tx.Where("id = ?", id).First(&s).Error; err != nil {
			return err
		}
		return tx.Model(&s).Where("id = ?", id).Update("n", s.N-1).Error
	})
}

func (r *repository) takeByHand(m *redsync.Mutex, s *stock) error {
	tx := r.db.Begin()
	if err := m.Lock(); err != nil {
		tx.Rollback()
		return err
	}
	err := tx.Save(s).Error
	m.Unlock() // want `beforecommit: the next holder of m does not see what was written: the transaction commits later, at gorm\.go:\d+`
	if err != nil {
		tx.Rollback()
		return err
	}
	return tx.Commit().Error
}

//distlock:silent beforecommit
func (r *repository) around(m *redsync.Mutex, s *stock) error {
	if err := m.Lock(); err != nil {
		return err
	}
	defer m.Unlock()
	return r.db.Transaction(func(tx *gorm.DB) error { return tx.Save(s).Error })
}

// It only reads.
//
//distlock:silent beforecommit
func (r *repository) look(m *redsync.Mutex, id int64) (s stock, err error) {
	err = r.db.Transaction(func(tx *gorm.DB) error {
		if err := m.Lock(); err != nil {
			return err
		}
		defer m.Unlock()
		return tx.Where("id = ?", id).First(&s).Error
	})
	return s, err
}

// Without a transaction, each statement commits.
//
//distlock:silent beforecommit
func (r *repository) each(m *redsync.Mutex, s *stock) error {
	if err := m.Lock(); err != nil {
		return err
	}
	defer m.Unlock()
	return r.db.WithContext(context.Background()).Save(s).Error
}

// What another package puts there may be a transaction: NewQueries(tx).
type Queries struct{ db *gorm.DB }

func NewQueries(db *gorm.DB) *Queries { return &Queries{db: db} }

//distlock:silent xactlock
func (q *Queries) Lock(key int64) error {
	return q.db.Exec("SELECT pg_advisory_xact_lock(?)", key).Error
}
