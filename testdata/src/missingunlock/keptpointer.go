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
