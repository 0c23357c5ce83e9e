package silent

import "sync"

// Shape 4: a handle stands for the lock of what it belongs to: begin locks, done
// of the handle unlocks.

type bolt struct {
	mu      sync.Mutex
	rows    map[string]string
	version int
}

type boltTx struct {
	db    *bolt
	dirty map[string]string
}

func (db *bolt) begin() *boltTx {
	db.mu.Lock()
	db.version++
	return &boltTx{db: db, dirty: map[string]string{}}
}

func (tx *boltTx) put(k, v string) { tx.dirty[k] = v }

func (tx *boltTx) done() {
	for k, v := range tx.dirty {
		tx.db.rows[k] = v
	}
	tx.db.mu.Unlock()
}

// In the function.
func (db *bolt) set(k, v string) {
	tx := db.begin()
	defer tx.done()
	tx.put(k, v)
}

// Stored into another object, whose method ends it.
type boltBatch struct {
	tx *boltTx
	n  int
}

func (b *boltBatch) open(db *bolt, limit int) bool {
	b.tx = db.begin()
	if b.n > limit {
		b.tx.done()
		b.tx = nil
		return false
	}
	return true
}

func (b *boltBatch) add(k, v string) {
	b.tx.put(k, v)
	b.n++
}

func (b *boltBatch) close() {
	if b.tx != nil {
		b.tx.done()
		b.tx = nil
	}
}

func newBoltBatch(db *bolt, n int) *boltBatch {
	tx := db.begin()
	return &boltBatch{tx: tx, n: n}
}

// Returned.
func (db *bolt) beginWith(rows map[string]string) (*boltTx, error) {
	tx := db.begin()
	if len(rows) == 0 {
		tx.done()
		return nil, errGone
	}
	for k, v := range rows {
		tx.put(k, v)
	}
	return tx, nil
}

// Passed to a function that nobody knows.
func (db *bolt) view(async bool, f func(*boltTx)) {
	tx := db.begin()
	if !async {
		tx.put("seen", "yes")
		tx.done()
		return
	}
	f(tx)
}

// A release function kept in a field of what was found, called later.
type quarry struct {
	mu    sync.Mutex
	sites map[string]*site
}

type site struct {
	mu      sync.Mutex
	release func()
	stones  int
}

func (q *quarry) site(name string) *site {
	q.mu.Lock()
	defer q.mu.Unlock()
	s := q.sites[name]
	if s == nil {
		s = &site{}
		s.release = func() { s.mu.Unlock() }
		q.sites[name] = s
	}
	return s
}

func (q *quarry) claim(name string) (release func()) {
	s := q.site(name)
	s.mu.Lock()
	return s.release
}

func (q *quarry) dig(name string, n int) int {
	release := q.claim(name)
	s := q.site(name)
	if s.stones < n {
		release()
		return 0
	}
	s.stones -= n
	release()
	return n
}

func (q *quarry) digAll(names []string) (n int) {
	var releases []func()
	for _, name := range names {
		releases = append(releases, q.claim(name))
	}
	for _, name := range names {
		n += q.site(name).stones
	}
	for _, release := range releases {
		release()
	}
	return n
}

// The release function is kept until Close.
type Lodge struct {
	mu      sync.Mutex
	release func()
	guests  int
}

func (l *Lodge) Open(busy bool) bool {
	l.mu.Lock()
	if busy {
		l.mu.Unlock()
		return false
	}
	l.guests++
	l.release = l.mu.Unlock
	return true
}

func (l *Lodge) Close() {
	if l.release != nil {
		l.release()
		l.release = nil
	}
}
