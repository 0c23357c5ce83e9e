package lockorder

import "sync"

// A pointer to one type, embedded in others: what is embedded in a link is not what is
// embedded in a service.
type scope struct {
	sync.Mutex
	used int
}

type link struct {
	*scope
	reg *directory
}

type service struct{ *scope }

type directory struct {
	mu       sync.Mutex
	services map[string]*service
	free     []*scope
}

func (r *directory) collect() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.services {
		s.Lock()
		s.used = 0
		s.Unlock()
	}
	for _, s := range r.free {
		s.Lock()
		s.used = 0
		s.Unlock()
	}
}

func (l *link) attach(name string) {
	l.Lock()
	defer l.Unlock()
	l.reg.add(name)
}

func (r *directory) add(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.services[name] = &service{newScope([]*scope{r.services["root"].scope})}
}

// What is in a slice that is passed on.
func newScope(parents []*scope) *scope {
	for _, p := range parents {
		p.Lock()
		p.used++
		p.Unlock()
	}
	return new(scope)
}

// The same, where both halves lock what is embedded in one type, one of them in a
// method of the embedded type.
type room struct {
	sync.Mutex
	used int
}

func (r *room) reset() {
	r.Lock()
	defer r.Unlock()
	r.used = 0
}

type guest struct {
	*room
	hotel *hotel
}

type hotel struct {
	mu     sync.Mutex
	guests []*guest
	spare  []*room
}

func (h *hotel) clean() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, g := range h.guests {
		g.reset() // want `\(\*hotel\)\.clean locks hotel\.mu, then room\.Mutex, and \(\*guest\)\.leave \(within\.go:\d+\) in the opposite order: can deadlock`
	}
}

func (g *guest) leave() {
	g.Lock()
	defer g.Unlock()
	g.hotel.remove(g)
}

func (h *hotel) remove(g *guest) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.spare = append(h.spare, g.room)
}
