// Package state has a lock that tells when it is unlocked.
package state

import "sync"

type Tracker struct{ changes chan struct{} }

func (t *Tracker) Notify() {
	select {
	case t.changes <- struct{}{}:
	default:
	}
}

func NewTracker() *Tracker { return &Tracker{make(chan struct{}, 1)} }

type TrackingLock struct {
	lock    sync.Mutex
	tracker *Tracker
}

func NewTrackingLock(t *Tracker) *TrackingLock { return &TrackingLock{tracker: t} }

func (l *TrackingLock) Lock() { l.lock.Lock() }

func (l *TrackingLock) Unlock() {
	l.lock.Unlock()
	l.tracker.Notify()
}

func (l *TrackingLock) UnlockWithoutNotify() { l.lock.Unlock() }
