// Package busy has locks made by hand: a flag that a goroutine sets when it finds it clear, after it has waited on a condition variable for that.
package busy

import (
	"errors"
	"sync"
)

// A Log has one writer at a time, which sets writing. Its two methods are a lock.
type Log struct {
	mu      *sync.Mutex
	cond    *sync.Cond
	writing bool
	entries []string
}

func NewLog(mu *sync.Mutex) *Log {
	l := &Log{mu: mu}
	l.cond = sync.NewCond(mu)
	return l
}

// logLock must be called with l.mu held.
func (l *Log) logLock() {
	for l.writing {
		l.cond.Wait()
	}
	l.writing = true
}

// logUnlock must be called with l.mu held.
func (l *Log) logUnlock() {
	if !l.writing {
		panic("not locked for writing")
	}
	l.writing = false
	l.cond.Signal()
}

var errEmpty = errors.New("empty")

type DB struct {
	mu  sync.Mutex
	log *Log
}

func (d *DB) Ingest(entries []string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log.logLock()
	if len(entries) == 0 {
		return errEmpty // want `return with d\.log\.writing still set since busy\.go:\d+ by \(\*Log\)\.logLock: who waits for it hangs; other paths clear it`
	}
	d.log.entries = append(d.log.entries, entries...)
	d.log.logUnlock()
	return nil
}

func (d *DB) Append(entry string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.log.logLock()
	defer d.log.logUnlock()
	if entry == "" {
		return errEmpty
	}
	d.log.entries = append(d.log.entries, entry)
	return nil
}

// A Store is flushed by one goroutine at a time.
type Store struct {
	mu       sync.Mutex
	idle     sync.Cond
	flushing bool
	closed   bool
	write    func() error
}

func (s *Store) Flush() error {
	s.mu.Lock()
	for s.flushing && !s.closed {
		s.idle.Wait()
	}
	if s.closed {
		s.mu.Unlock()
		return errEmpty
	}
	s.flushing = true
	s.mu.Unlock()
	if err := s.write(); err != nil {
		return err // want `return with s\.flushing still set since busy\.go:\d+: who waits for it hangs; other paths clear it`
	}
	s.mu.Lock()
	s.flushing = false
	s.mu.Unlock()
	s.idle.Broadcast()
	return nil
}

func (s *Store) Sync() error {
	s.mu.Lock()
	for s.flushing {
		s.idle.Wait()
	}
	s.flushing = true
	s.mu.Unlock()
	err := s.write()
	s.mu.Lock()
	s.flushing = false
	s.idle.Broadcast()
	s.mu.Unlock()
	return err
}

// TrySync does not wait.
func (s *Store) TrySync() error {
	s.mu.Lock()
	if s.flushing {
		s.mu.Unlock()
		return nil
	}
	s.flushing = true
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.flushing = false
		s.mu.Unlock()
		s.idle.Broadcast()
	}()
	return s.write()
}

// A Slot holds one value: full is what the one side sets and the other one clears. It is no lock.
type Slot struct {
	mu   sync.Mutex
	cond sync.Cond
	full bool
	val  int
}

func (s *Slot) Put(v int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.full {
		s.cond.Wait()
	}
	s.val = v
	s.full = true
	if v < 0 {
		return
	}
	if v == 0 {
		s.full = false // it is taken back
	}
	s.cond.Broadcast()
}

func (s *Slot) Take() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	for !s.full {
		s.cond.Wait()
	}
	s.full = false
	s.cond.Broadcast()
	return s.val
}

// A Job that is done some day: nobody sets the flag who has waited for it to be clear.
type Job struct {
	mu      sync.Mutex
	cond    sync.Cond
	running bool
	err     error
}

func (j *Job) Start(quick bool) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running = true
	if !quick {
		go j.end()
		return nil
	}
	j.running = false
	j.cond.Broadcast()
	return j.err
}

func (j *Job) end() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.running = false
	j.cond.Broadcast()
}

func (j *Job) Wait() {
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.running {
		j.cond.Wait()
	}
}

// A Worker hands the flag to the goroutine that it starts.
type Worker struct {
	mu   sync.Mutex
	cond sync.Cond
	busy bool
}

func (w *Worker) Do(small bool, f func()) {
	w.mu.Lock()
	for w.busy {
		w.cond.Wait()
	}
	w.busy = true
	w.mu.Unlock()
	if !small {
		go func() {
			f()
			w.release()
		}()
		return
	}
	f()
	w.release()
}

func (w *Worker) release() {
	w.mu.Lock()
	w.busy = false
	w.cond.Broadcast()
	w.mu.Unlock()
}

// A File is closed once: closing stays set when that has been done, which closed tells whoever waits.
type File struct {
	mu      sync.Mutex
	cond    sync.Cond
	closing bool
	closed  bool
	flush   func() error
}

func (f *File) Close() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for f.closing && !f.closed {
		f.cond.Wait()
	}
	if f.closed {
		return nil
	}
	f.closing = true
	f.mu.Unlock()
	err := f.flush()
	f.mu.Lock()
	defer f.cond.Broadcast()
	if err != nil {
		f.closing = false
		return err
	}
	f.closed = true
	return nil
}
