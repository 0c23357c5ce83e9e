package doublelock

import "sync"

// Elements that point back to the one whose list they are in: nobody makes them
// with another owner.
type theater struct {
	mu    sync.RWMutex
	title string
	rows  []*theaterRow
}

type theaterRow struct {
	owner *theater
	seats int
}

func (t *theater) addRow(seats int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows = append(t.rows, &theaterRow{owner: t, seats: seats})
}

func (r *theaterRow) ticket() string {
	r.owner.mu.RLock()
	defer r.owner.mu.RUnlock()
	return r.owner.title
}

func (t *theater) tickets() (out []string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for _, r := range t.rows {
		out = append(out, r.ticket()) // want `read-locked again at \S+ by \(\*theaterRow\)\.ticket, which deadlocks as soon as another goroutine waits`
	}
	return out
}

// Fine: a copy of the list is walked with the lock given back.
func (t *theater) ticketsLater() (out []string) {
	t.mu.RLock()
	rows := append([]*theaterRow(nil), t.rows...)
	t.mu.RUnlock()
	for _, r := range rows {
		out = append(out, r.ticket())
	}
	return out
}

func (t *theater) retitle(title string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.title = title
}
