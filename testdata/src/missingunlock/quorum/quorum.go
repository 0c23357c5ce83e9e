// Package quorum tries to lock many objects, and unlocks those it has got by a helper.
package quorum

import "sync"

type locker struct {
	mu    sync.Mutex
	owner string
}

// Fine: whoever has got some of them gives them back.
func (l *locker) grant(owner string) bool {
	if owner == "" || !l.mu.TryLock() {
		return false
	}
	l.owner = owner
	return true
}

func (l *locker) release() {
	l.owner = ""
	l.mu.Unlock()
}

func releaseAll(ls []*locker) {
	for _, l := range ls {
		l.release()
	}
}

type mutex struct {
	lockers, granted []*locker
}

func (m *mutex) lock(owner string) bool {
	var got []*locker
	for _, l := range m.lockers {
		if l.grant(owner) {
			got = append(got, l)
		}
	}
	if len(got) > len(m.lockers)/2 {
		m.granted = got
		return true
	}
	releaseAll(got)
	return false
}

func (m *mutex) unlock() {
	releaseAll(m.granted)
	m.granted = nil
}

type plain struct {
	mu    sync.Mutex
	owner string
}

func (p *plain) grant(owner string) bool {
	if !p.mu.TryLock() { // want `p.mu is locked here and never unlocked`
		return false
	}
	p.owner = owner
	return true
}

func all(ps []*plain, ls []*locker) {
	for _, p := range ps {
		p.grant("a")
	}
	releaseAll(ls)
	ps[0].mu.Lock()
	ps[0].owner = ""
	ps[0].mu.Unlock()
}
