package lockorder

import "sync"

// ferry locks rw in cross, and some callers hold it already: that hangs, and what cross would
// do afterwards is no order of locks.
type ferry struct {
	rw         sync.RWMutex
	bow, stern sync.Mutex
	load       int
}

func (f *ferry) cross() {
	f.rw.Lock()
	f.bow.Lock()
	f.stern.Lock()
	f.load++
	f.stern.Unlock()
	f.bow.Unlock()
	f.rw.Unlock()
}

func (f *ferry) Hangs() {
	f.rw.RLock()
	f.cross()
	f.rw.RUnlock()
}

func (f *ferry) Back() {
	f.stern.Lock()
	f.bow.Lock()
	f.load--
	f.bow.Unlock()
	f.stern.Unlock()
}

// raft is the same without the lock around one of the two.
type raft struct {
	rw         sync.RWMutex
	bow, stern sync.Mutex
	load       int
}

func (r *raft) cross() {
	r.rw.Lock()
	r.bow.Lock()
	r.stern.Lock()
	r.load++
	r.stern.Unlock()
	r.bow.Unlock()
	r.rw.Unlock()
}

func (r *raft) Over() {
	r.cross()
}

func (r *raft) Back() {
	r.stern.Lock()
	r.bow.Lock() // want `\(\*raft\)\.Back locks raft\.stern, then raft\.bow, and \(\*raft\)\.Over \(unreachable\.go:\d+\) in the opposite order: can deadlock`
	r.load--
	r.bow.Unlock()
	r.stern.Unlock()
}
