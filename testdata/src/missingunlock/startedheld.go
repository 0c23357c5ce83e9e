package missingunlock

import (
	"os"
	"sync"
)

// A goroutine unlocks what was locked for it before it was started, on all its paths.
type ledgerDB struct {
	writing sync.Mutex
	rows    []string
}

func (db *ledgerDB) Save(path string) {
	db.writing.Lock()
	go func() {
		f, err := os.Create(path)
		if err != nil {
			return // want `return with db\.writing still locked since startedheld\.go:\d+ by \(\*ledgerDB\)\.Save; other paths unlock it`
		}
		f.Close()
		db.writing.Unlock()
	}()
}

func (db *ledgerDB) Rebuild(parse func(string) error) bool {
	if !db.writing.TryLock() {
		return false
	}
	go db.rebuild(parse)
	return true
}

func (db *ledgerDB) rebuild(parse func(string) error) {
	for _, r := range db.rows {
		if parse(r) != nil {
			return // want `return with db\.writing still locked since startedheld\.go:\d+ by \(\*ledgerDB\)\.Rebuild; other paths unlock it`
		}
	}
	db.writing.Unlock()
}

// Fine: it has only been locked for the goroutine if that is told so.
func (db *ledgerDB) Flush(wait bool) {
	if wait {
		db.writing.Lock()
	}
	go func() {
		if !wait {
			return
		}
		db.rows = nil
		db.writing.Unlock()
	}()
}

// Fine: where the goroutine fails, who has started it unlocks.
func (db *ledgerDB) Load(path string) error {
	db.writing.Lock()
	failed := make(chan error, 1)
	go func() {
		f, err := os.Open(path)
		failed <- err
		if err != nil {
			return
		}
		f.Close()
		db.writing.Unlock()
	}()
	if err := <-failed; err != nil {
		db.writing.Unlock()
		return err
	}
	return nil
}
