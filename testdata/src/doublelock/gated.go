package doublelock

import (
	"os"
	"sync"
	"time"
)

// The registry's lock keeps those that write the index away from those that read it, though the writers hold it for reading only.
type regIndex struct {
	lock   sync.RWMutex
	events []int
}

func (x *regIndex) empty() bool {
	x.lock.RLock()
	defer x.lock.RUnlock()
	return len(x.events) == 0
}

func (x *regIndex) get(i int) (int, bool) {
	x.lock.RLock()
	defer x.lock.RUnlock()
	if x.empty() || i >= len(x.events) {
		return 0, false
	}
	return x.events[i], true
}

func (x *regIndex) put(e int) {
	x.lock.Lock()
	defer x.lock.Unlock()
	x.events = append(x.events, e)
}

type gatedRegistry struct {
	lock  sync.RWMutex
	index regIndex
}

func (r *gatedRegistry) Find(i int) (int, bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	return r.index.get(i)
}

func (r *gatedRegistry) Note(e int) {
	r.lock.RLock()
	defer r.lock.RUnlock()
	r.index.put(e)
}

// Here both hold the other lock for reading, and it keeps nobody away.
type sharedIndex struct {
	lock   sync.RWMutex
	events []int
}

func (x *sharedIndex) empty() bool {
	x.lock.RLock()
	defer x.lock.RUnlock()
	return len(x.events) == 0
}

func (x *sharedIndex) get(i int) (int, bool) {
	x.lock.RLock()
	defer x.lock.RUnlock()
	if x.empty() || i >= len(x.events) { // want `x\.lock is read-locked again at gated\.go:\d+`
		return 0, false
	}
	return x.events[i], true
}

func (x *sharedIndex) put(e int) {
	x.lock.Lock()
	defer x.lock.Unlock()
	x.events = append(x.events, e)
}

type sharedRegistry struct {
	lock  sync.RWMutex
	index sharedIndex
}

func (r *sharedRegistry) Find(i int) (int, bool) {
	r.lock.RLock()
	defer r.lock.RUnlock()
	return r.index.get(i)
}

func (r *sharedRegistry) Note(e int) {
	r.lock.RLock()
	defer r.lock.RUnlock()
	r.index.put(e)
}

// All that write-locks the log runs in its loop, and what read-locks it twice does, too.
type loopLog struct {
	rwm   sync.RWMutex
	file  *os.File
	level chan int
	lvl   int
}

func newLoopLog() *loopLog {
	l := &loopLog{file: os.Stdout, level: make(chan int)}
	go l.loop()
	return l
}

func (l *loopLog) warn(s string) {
	l.rwm.RLock()
	defer l.rwm.RUnlock()
	if l.lvl > 0 {
		l.file.WriteString(s)
	}
}

func (l *loopLog) size() int64 {
	l.rwm.RLock()
	defer l.rwm.RUnlock()
	fi, err := l.file.Stat()
	if err != nil {
		l.warn("no size")
		return 0
	}
	return fi.Size()
}

func (l *loopLog) loop() {
	for {
		select {
		case n := <-l.level:
			l.rwm.Lock()
			l.lvl = n
			l.rwm.Unlock()
		case <-time.After(time.Second):
			if l.size() > 1000 {
				l.warn("big")
			}
		}
	}
}

// Here another goroutine sets the level.
type openLog struct {
	rwm   sync.RWMutex
	file  *os.File
	level chan int
	lvl   int
}

func newOpenLog() *openLog {
	l := &openLog{file: os.Stdout, level: make(chan int)}
	go l.loop()
	return l
}

func (l *openLog) Set(level int) {
	l.rwm.Lock()
	defer l.rwm.Unlock()
	l.lvl = level
}

func (l *openLog) warn(s string) {
	l.rwm.RLock()
	defer l.rwm.RUnlock()
	if l.lvl > 0 {
		l.file.WriteString(s)
	}
}

func (l *openLog) size() int64 {
	l.rwm.RLock()
	defer l.rwm.RUnlock()
	fi, err := l.file.Stat()
	if err != nil {
		l.warn("no size") // want `l\.rwm is read-locked again at gated\.go:\d+`
		return 0
	}
	return fi.Size()
}

func (l *openLog) loop() {
	for {
		select {
		case n := <-l.level:
			l.Set(n)
		case <-time.After(time.Second):
			if l.size() > 1000 {
				l.warn("big")
			}
		}
	}
}

// What is unsigned is never below zero.
type bitset struct {
	mu   sync.Mutex
	used []bool
}

func (b *bitset) free(from uint) uint {
	for i := from; i < uint(len(b.used)); i++ {
		if !b.used[i] {
			return i
		}
	}
	return 0
}

func (b *bitset) grow() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.used = append(b.used, make([]bool, 100)...)
}

func (b *bitset) Next() uint {
	b.mu.Lock()
	defer b.mu.Unlock()
	n := b.free(0)
	if n < 0 {
		b.grow()
	}
	if b.free(n) < 1 {
		b.grow() // want `b\.mu is locked again at gated\.go:\d+`
	}
	return n
}
