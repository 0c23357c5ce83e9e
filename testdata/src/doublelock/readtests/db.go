package readtests

import "sync"

type DB struct {
	mmap sync.RWMutex
	data map[string]int
}

func Open() *DB { return &DB{data: make(map[string]int)} }

func (db *DB) View(f func(map[string]int)) {
	db.mmap.RLock()
	defer db.mmap.RUnlock()
	f(db.data)
}

func (db *DB) Grow() {
	db.mmap.Lock()
	defer db.mmap.Unlock()
	db.data = make(map[string]int, 2*len(db.data))
}

func (db *DB) Sum() (n int) {
	db.View(func(data map[string]int) { // want `db\.mmap is read-locked again`
		for k := range data {
			db.View(func(data map[string]int) { n += data[k] })
		}
	})
	return n
}
