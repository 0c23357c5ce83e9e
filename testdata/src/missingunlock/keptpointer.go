package missingunlock

import (
	"errors"
	"sync"
)

// A pointer to the lock that is held is kept in the object that unlocks it.

type line struct {
	mu  sync.Mutex
	ids []int
}

func (l *line) await(id int) (n int, lock *sync.Mutex, err error) {
	l.mu.Lock()
	if len(l.ids) == 0 || l.ids[0] != id {
		l.mu.Unlock()
		return 0, nil, errors.New("none")
	}
	return 1, &l.mu, nil
}

func (l *line) ask(id int) error {
	_, lock, err := l.await(id)
	if err != nil {
		return err
	}
	lock.Unlock()
	return nil
}

type reply struct {
	mu   sync.Mutex
	lock *sync.Mutex
	n    int
}

func (l *line) Fetch(id int) *reply {
	n, lock, err := l.await(id)
	if err != nil {
		return &reply{}
	}
	return &reply{lock: lock, n: n}
}

func (r *reply) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.release()
}

func (r *reply) release() {
	lock := r.lock
	r.lock = nil
	if lock != nil {
		lock.Unlock()
	}
}

type lost struct{ n int }

func (l *line) Lose(id int) *lost {
	n, _, err := l.await(id) // want `never unlocked`
	if err != nil {
		return nil
	}
	return &lost{n}
}

type kept struct {
	lock *sync.Mutex
	n    int
}

func (l *line) Keep(id int) *kept {
	n, lock, err := l.await(id) // want `never unlocked`
	if err != nil {
		return nil
	}
	return &kept{lock, n}
}

// The locks of keys that a transaction has got are in a list of its own, too: release finds them there.
type keyLocks struct {
	mu  sync.Mutex
	mus map[string]*sync.Mutex
}

type keyTxn struct {
	keys *keyLocks
	held []*sync.Mutex
}

func (x *keyTxn) use(keys ...string) {
	for _, k := range keys {
		x.keys.mu.Lock()
		mu, ok := x.keys.mus[k]
		if !ok {
			mu = &sync.Mutex{}
			x.keys.mus[k] = mu
		}
		x.keys.mu.Unlock()
		mu.Lock()
		x.held = append(x.held, mu)
	}
}

func (x *keyTxn) release() {
	for i := len(x.held) - 1; i >= 0; i-- {
		x.held[i].Unlock()
	}
	x.held = nil
}

// What reads puts into its list is unlocked by nobody.
type reads struct {
	keys *readLocks
	held []*sync.RWMutex
}

type readLocks struct {
	mu  sync.Mutex
	mus map[string]*sync.RWMutex
}

func (r *reads) use(k string) {
	r.keys.mu.Lock()
	mu, ok := r.keys.mus[k]
	if !ok {
		mu = &sync.RWMutex{}
		r.keys.mus[k] = mu
	}
	r.keys.mu.Unlock()
	mu.Lock() // want "mu is locked here and never unlocked"
	r.held = append(r.held, mu)
}

func (r *reads) write(k string) {
	r.keys.mu.Lock()
	mu := r.keys.mus[k]
	r.keys.mu.Unlock()
	mu.Lock()
	defer mu.Unlock()
}
