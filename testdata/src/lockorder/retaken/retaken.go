// Package retaken has functions that give their caller's lock back for a while, twice.
package retaken

import "sync"

type DB struct {
	mu  sync.Mutex
	log *log
	n   int
}

type log struct {
	apply sync.Mutex
	v     int
}

// write is called with mu held, and gives it back before it takes apply.
func (l *log) write(e int, mu *sync.Mutex) {
	mu.Unlock()
	l.apply.Lock()
	defer l.apply.Unlock()
	mu.Lock()
	l.v += e
	mu.Unlock()
	l.sync()
	mu.Lock()
}

func (l *log) sync() {}

func (d *DB) work(e int) {
	d.mu.Unlock()
	d.n++
	d.mu.Lock()
	d.log.write(e, &d.mu)
}

func (d *DB) Compact(e int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.work(e)
}

func (d *DB) Flush(e int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log.write(e, &d.mu)
}

// Here it is given back only later.
type Store struct {
	mu  sync.Mutex
	log *late
	n   int
}

type late struct {
	apply sync.Mutex
	v     int
}

func (l *late) write(e int, mu *sync.Mutex) {
	l.apply.Lock()
	defer l.apply.Unlock()
	mu.Unlock()
	l.v += e
	mu.Lock()
}

func (s *Store) work(e int) {
	s.mu.Unlock()
	s.n++
	s.mu.Lock()
	s.log.write(e, &s.mu)
}

func (s *Store) Compact(e int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.work(e)
}

func (s *Store) Flush(e int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.write(e, &s.mu) // want `\(\*Store\)\.Flush locks Store\.mu, then late\.apply, and another call in the opposite order: can deadlock`
}
