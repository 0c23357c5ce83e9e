package doublelock

import (
	"sort"
	"sync"
)

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
		out = append(out, r.ticket()) // want `t\.mu is read-locked again at backpointers\.go:\d+, which deadlocks if a writer calls Lock in between: read-locked since backpointers\.go:\d+`
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

// In a map, with the owner set later.
type garage struct {
	mu   sync.Mutex
	vans map[int]*van
	km   int
}

type van struct {
	garage *garage
	plate  string
}

func (g *garage) park(slot int, plate string) {
	v := &van{plate: plate}
	v.garage = g
	g.mu.Lock()
	g.vans[slot] = v
	g.mu.Unlock()
}

func (v *van) drive(km int) {
	v.garage.mu.Lock()
	v.garage.km += km
	v.garage.mu.Unlock()
}

func (g *garage) tour(km int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, v := range g.vans {
		v.drive(km) // want `g\.mu is locked again at \S+ by \(\*van\)\.drive`
	}
}

func (g *garage) errand(slot int) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	v, ok := g.vans[slot]
	if !ok {
		return false
	}
	v.drive(1) // want `g\.mu is locked again at \S+ by \(\*van\)\.drive`
	return true
}

// What is added has been given its owner by those who call the function that adds it. Elements change their places in the list.
type watchers struct {
	mu  sync.Mutex
	all []*watcher
}

type watcher struct {
	in *watchers
	c  chan int
}

type watched struct{ watchers *watchers }

func (w *watched) Watch() *watcher {
	n := &watcher{in: w.watchers, c: make(chan int, 1)}
	w.watchers.add(n)
	return n
}

func (w *watchers) add(n *watcher) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.all = append(w.all, n)
}

func (w *watchers) remove(n *watcher) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.all {
		if w.all[i] == n {
			w.all[i] = w.all[len(w.all)-1]
			w.all = w.all[:len(w.all)-1]
			return true
		}
	}
	return false
}

func (w *watchers) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for i := range w.all {
		w.all[i].close() // want `w\.mu is locked again at .* by \(\*watchers\)\.remove, which deadlocks`
	}
}

func (n *watcher) close() {
	if n.in.remove(n) {
		close(n.c)
	}
}

// Elements that are the keys of a map.
type chat struct {
	sync.RWMutex
	members map[*member]bool
}

type member struct {
	chat *chat
	out  chan string
}

func (c *chat) join() *member {
	m := &member{chat: c, out: make(chan string, 8)}
	c.add(m)
	return m
}

func (c *chat) add(m *member) {
	c.Lock()
	c.members[m] = true
	c.Unlock()
}

func (c *chat) remove(m *member) {
	c.Lock()
	delete(c.members, m)
	c.Unlock()
}

func (m *member) leave() {
	m.chat.remove(m)
	close(m.out)
}

func (c *chat) say(s string) {
	c.RLock()
	defer c.RUnlock()
	for m := range c.members {
		select {
		case m.out <- s:
		default:
			m.leave() // want `c is locked for writing at backpointers\.go:\d+ by \(\*chat\)\.remove, which deadlocks: it is read-locked since`
		}
	}
}

// Fine: they leave after the loop.
func (c *chat) sayLater(s string) {
	var slow []*member
	c.RLock()
	for m := range c.members {
		select {
		case m.out <- s:
		default:
			slow = append(slow, m)
		}
	}
	c.RUnlock()
	for _, m := range slow {
		m.leave()
	}
}

// Listeners that are the keys of a map.
type spectator interface{ notify(t *headline) }

type headline struct {
	mu        sync.Mutex
	listeners map[spectator]struct{}
	last      int
}

type clicks struct{ n int }

func (c *clicks) notify(t *headline) { c.n += t.value() }

func (t *headline) count() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.listeners[&clicks{}] = struct{}{}
}

func (t *headline) value() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.last
}

func (t *headline) publish(n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = n
	for l := range t.listeners {
		l.notify(t) // want `t\.mu is locked again at backpointers\.go:\d+ by \(\*headline\)\.value, which deadlocks: it is held since`
	}
}

// A struct in the one that it points back to.
type harbor struct {
	mu     sync.Mutex
	berths harborQueue
	depth  map[string]int
}

type harborQueue struct {
	owner *harbor
	ships []string
}

func newHarbor() *harbor {
	h := &harbor{depth: map[string]int{}}
	h.berths.owner = h
	return h
}

func (h *harbor) depthOf(name string) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.depth[name]
}

func (q *harborQueue) Len() int { return len(q.ships) }
func (q *harborQueue) Less(i, j int) bool {
	return q.owner.depthOf(q.ships[i]) < q.owner.depthOf(q.ships[j])
}
func (q *harborQueue) Swap(i, j int) { q.ships[i], q.ships[j] = q.ships[j], q.ships[i] }

func (h *harbor) order() {
	h.mu.Lock()
	sort.Sort(&h.berths) // want `h\.mu is locked again at backpointers\.go:\d+ by \(\*harbor\)\.depthOf, which deadlocks: it is held since backpointers\.go:\d+`
	h.mu.Unlock()
}

// Fine: the queue asks another harbor, which may be any.
type dryDock struct {
	mu    sync.Mutex
	queue dockQueue
	depth int
}

type dockQueue struct {
	next  *dryDock
	ships []string
}

func newDryDock(next *dryDock) *dryDock {
	d := &dryDock{}
	d.queue.next = next
	return d
}

func (d *dryDock) deep() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.depth
}

func (d *dryDock) rest() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.queue.next.deep()
}
