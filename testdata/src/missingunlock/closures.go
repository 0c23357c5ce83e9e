package missingunlock

import "sync"

// A literal that is called where it stands.
type index struct {
	mu    sync.Mutex
	terms map[string][]int
}

func (x *index) lookup(term string) []int {
	ids := func() []int {
		x.mu.Lock()
		defer x.mu.Unlock()
		return x.terms[term]
	}()
	return ids
}

func (x *index) first(term string) int {
	find := func() int {
		x.mu.Lock()
		if len(x.terms[term]) == 0 {
			return -1 // want `return with x\.mu still locked`
		}
		id := x.terms[term][0]
		x.mu.Unlock()
		return id
	}
	return find()
}

// Fine: one literal locks, another one unlocks.
type journal struct {
	mu  sync.Mutex
	log []string
}

func (j *journal) record(lines ...string) {
	lock := func() { j.mu.Lock() }
	unlock := func() { j.mu.Unlock() }
	for _, line := range lines {
		lock()
		j.log = append(j.log, line)
		unlock()
	}
}

// The literal unlocks on one of its paths only.
type quota struct {
	mu   sync.Mutex
	left int
}

func (q *quota) spend(n int) bool {
	q.mu.Lock()
	done := func(ok bool) bool {
		if ok {
			q.mu.Unlock()
		}
		return ok
	}
	if q.left < n {
		return done(false) // want `return with q\.mu still locked`
	}
	q.left -= n
	return done(true)
}

// The lock is captured by a literal in a struct that outlives the call: silent
// shape 7.
type txn struct {
	commit func()
}

type database struct {
	mu   sync.Mutex
	rows int
}

func (db *database) begin(readonly bool) (*txn, bool) {
	db.mu.Lock()
	if readonly {
		db.mu.Unlock()
		return nil, false
	}
	return &txn{commit: func() {
		db.rows++
		db.mu.Unlock()
	}}, true
}
