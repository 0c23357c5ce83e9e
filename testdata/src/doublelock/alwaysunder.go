package doublelock

import "sync"

// A function that is only ever called with the lock held, and comes to lock it again by a callee, is one bug, however many call it.
type replica struct {
	mu     sync.Mutex
	commit int
	leader bool
}

func (r *replica) stepdown() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leader = false
}

// apply needs r.mu.
func (r *replica) apply(index int) {
	r.commit = index
	if index%10 == 0 {
		r.stepdown()
	}
}

func (r *replica) Track(index int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.apply(index) // want `r\.mu is locked again at alwaysunder\.go:\d+ by \(\*replica\)\.stepdown`
}

func (r *replica) Process(indices []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, i := range indices {
		r.apply(i)
	}
}

// One that is called without the lock as well is no such function: each caller is to be repaired.
func (r *replica) reset() {
	r.commit = 0
	r.stepdown()
}

func (r *replica) Reset() { r.reset() }

func (r *replica) Restart() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.reset() // want `r\.mu is locked again at alwaysunder\.go:\d+ by \(\*replica\)\.stepdown`
}

func (r *replica) Rejoin(leader bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leader = leader
	r.reset() // want `r\.mu is locked again at alwaysunder\.go:\d+ by \(\*replica\)\.stepdown`
}
