// Package absent has orders of locks of which one half belongs to a goroutine that has been waited for, or has
// not been started yet.
package absent

import "sync"

type session struct {
	in   chan byte
	done chan struct{}

	mu      sync.Mutex
	streams map[byte]*stream
	opened  int
}

type stream struct {
	s     *session
	mu    sync.Mutex
	state int
}

func newSession(in chan byte) *session {
	s := &session{in: in, done: make(chan struct{}), streams: map[byte]*stream{}}
	go s.receive()
	return s
}

// Close waits for receive, which alone takes a stream's lock first.
func (s *session) Close() {
	<-s.done
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, st := range s.streams {
		st.reset()
	}
}

func (s *session) receive() {
	defer close(s.done)
	for b := range s.in {
		s.mu.Lock()
		st := s.streams[b]
		s.mu.Unlock()
		if st != nil {
			st.open()
		}
	}
}

func (st *stream) open() {
	st.mu.Lock()
	defer st.mu.Unlock()
	st.state = 1
	st.s.mu.Lock()
	st.s.opened++
	st.s.mu.Unlock()
}

func (st *stream) reset() {
	st.mu.Lock()
	st.state = 0
	st.mu.Unlock()
}

// A hasty session locks before it waits.
type hasty struct {
	in   chan byte
	done chan struct{}

	mu    sync.Mutex
	parts map[byte]*part
	n     int
}

type part struct {
	h     *hasty
	mu    sync.Mutex
	state int
}

func newHasty(in chan byte) *hasty {
	h := &hasty{in: in, done: make(chan struct{}), parts: map[byte]*part{}}
	go h.receive()
	return h
}

func (h *hasty) Close() {
	h.mu.Lock()
	for _, p := range h.parts {
		p.mu.Lock() // want `locks hasty.mu, then part.mu, and .*hasty.*receive .* in the opposite order: can deadlock`
		p.state = 0
		p.mu.Unlock()
	}
	h.mu.Unlock()
	<-h.done
}

func (h *hasty) receive() {
	defer close(h.done)
	for b := range h.in {
		h.mu.Lock()
		p := h.parts[b]
		h.mu.Unlock()
		if p != nil {
			p.open()
		}
	}
}

func (p *part) open() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.h.mu.Lock()
	p.h.n++
	p.h.mu.Unlock()
}

// A client of a server is joined by its group.
type server struct {
	mu      sync.Mutex
	clients map[string]*client
}

type client struct {
	server *server
	mu     sync.Mutex
	name   string
}

func (c *client) login(id string) {
	c.server.mu.Lock()
	defer c.server.mu.Unlock()
	c.mu.Lock()
	c.name = id
	c.mu.Unlock()
	c.server.clients[id] = c
}

func (c *client) logout() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.server.mu.Lock()
	delete(c.server.clients, c.name)
	c.server.mu.Unlock()
}

func serve(s *server, in chan string) {
	for range 2 {
		go (&client{server: s}).run(in)
	}
}

func (c *client) run(in chan string) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for id := range in {
			c.login(id)
		}
	}()
	wg.Wait()
	c.logout()
}

// The goroutines of guests lock other guests, which may not have been joined.
type hall struct {
	mu     sync.Mutex
	guests map[string]*guest
}

type guest struct {
	hall *hall
	mu   sync.Mutex
	name string
}

func (g *guest) greet(id string) {
	g.hall.mu.Lock()
	defer g.hall.mu.Unlock()
	if other := g.hall.guests[id]; other != nil {
		other.mu.Lock()
		other.name += "!"
		other.mu.Unlock()
	}
	g.hall.guests[id] = g
}

func (g *guest) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.hall.mu.Lock()
	delete(g.hall.guests, g.name)
	g.hall.mu.Unlock()
}

func welcome(h *hall, in chan string) {
	for range 2 {
		go (&guest{hall: h}).run(in)
	}
}

func (g *guest) run(in chan string) {
	var wg sync.WaitGroup
	wg.Add(1)
	go func() {
		defer wg.Done()
		for id := range in {
			g.greet(id) // want `locks hall.mu, then guest.mu, and .*guest.*run .* in the opposite order: can deadlock`
		}
	}()
	wg.Wait()
	g.leave()
}

var known = map[string]any{}

// A late goroutine is started when its maker has done with the locks.
type late struct{ a, b sync.Mutex }

func newLate() *late {
	l := &late{}
	known["late"] = l
	l.start()
	return l
}

func (l *late) start() {
	l.load()
	go l.loop()
}

func (l *late) load() {
	l.a.Lock()
	defer l.a.Unlock()
	l.b.Lock()
	defer l.b.Unlock()
}

func (l *late) loop() {
	l.b.Lock()
	defer l.b.Unlock()
	l.a.Lock()
	defer l.a.Unlock()
}

// An early one is started before.
type early struct{ a, b sync.Mutex }

func newEarly() *early {
	e := &early{}
	known["early"] = e
	e.start()
	return e
}

func (e *early) start() {
	go e.loop()
	e.load()
}

func (e *early) load() {
	e.a.Lock()
	defer e.a.Unlock()
	e.b.Lock()
	defer e.b.Unlock()
}

func (e *early) loop() {
	e.b.Lock()
	defer e.b.Unlock()
	e.a.Lock() // want `locks early.b, then early.a, and newEarly .* in the opposite order: can deadlock`
	defer e.a.Unlock()
}

var _, _, _, _, _, _ = newSession, newHasty, serve, welcome, newLate, newEarly

// The receiver calls its handler by a variable that both capture.
type caller struct {
	wg      sync.WaitGroup
	in      chan int
	pending sync.Mutex
	pend    map[int]int
	results sync.Mutex
	res     []int
}

func (c *caller) connect() {
	handler := func(m int, ok bool) bool {
		if ok {
			c.handle(m)
		}
		return !ok
	}
	c.wg.Add(1)
	go func() {
		defer c.wg.Done()
		for {
			m, ok := <-c.in
			if handler(m, ok) {
				return
			}
		}
	}()
}

func (c *caller) handle(m int) {
	c.results.Lock()
	defer c.results.Unlock()
	c.pending.Lock()
	c.res = append(c.res, c.pend[m])
	c.pending.Unlock()
}

func (c *caller) reset() {
	close(c.in)
	c.wg.Wait()
	c.pending.Lock()
	defer c.pending.Unlock()
	c.results.Lock()
	defer c.results.Unlock()
	c.pend, c.res = nil, nil
}

// A handler that others call as well is not done when the receiver is.
type sharer struct {
	wg      sync.WaitGroup
	in      chan int
	pending sync.Mutex
	pend    map[int]int
	results sync.Mutex
	res     []int
	handler func(int)
}

func (s *sharer) connect() {
	handler := func(m int) { s.handle(m) }
	s.handler = handler
	s.wg.Add(1)
	go func() {
		defer s.wg.Done()
		for m := range s.in {
			handler(m)
		}
	}()
}

func (s *sharer) handle(m int) {
	s.results.Lock()
	defer s.results.Unlock()
	s.pending.Lock()
	s.res = append(s.res, s.pend[m])
	s.pending.Unlock()
}

func (s *sharer) reset() {
	close(s.in)
	s.wg.Wait()
	s.pending.Lock()
	defer s.pending.Unlock()
	s.results.Lock() // want `sharer\.reset locks sharer\.pending, then sharer\.results, and sharer\.connect\.func1 in the opposite order: can deadlock`
	defer s.results.Unlock()
	s.pend, s.res = nil, nil
}

func (s *sharer) Inject(m int) { s.handler(m) }

// The loaders of one linker, which link has made, have ended when it seals.
type symbols struct {
	mu sync.Mutex
	m  map[string]int
}

type linker struct{ defs, refs symbols }

func (l *linker) load(name string) {
	l.defs.mu.Lock()
	defer l.defs.mu.Unlock()
	l.refs.mu.Lock()
	defer l.refs.mu.Unlock()
	l.refs.m[name] = l.defs.m[name]
}

func (l *linker) seal() int {
	l.refs.mu.Lock()
	defer l.refs.mu.Unlock()
	l.defs.mu.Lock()
	defer l.defs.mu.Unlock()
	return len(l.defs.m) - len(l.refs.m)
}

func Link(objects []string) int {
	l := new(linker)
	var wg sync.WaitGroup
	for _, o := range objects {
		wg.Add(1)
		go func() {
			defer wg.Done()
			l.load(o)
		}()
	}
	wg.Wait()
	return l.seal()
}

// Here, they have not.
type hastyLinker struct{ defs, refs hastySymbols }

type hastySymbols struct {
	mu sync.Mutex
	m  map[string]int
}

func (l *hastyLinker) load(name string) {
	l.defs.mu.Lock()
	defer l.defs.mu.Unlock()
	l.refs.mu.Lock()
	defer l.refs.mu.Unlock()
	l.refs.m[name] = l.defs.m[name]
}

func (l *hastyLinker) seal() int {
	l.refs.mu.Lock()
	defer l.refs.mu.Unlock()
	l.defs.mu.Lock()
	defer l.defs.mu.Unlock()
	return len(l.defs.m) - len(l.refs.m)
}

func LinkHastily(objects []string) int {
	l := new(hastyLinker)
	var wg sync.WaitGroup
	for _, o := range objects {
		wg.Add(1)
		go func() {
			defer wg.Done()
			l.load(o) // want `locks hastyLin….defs.mu, then hastyLinker.refs.mu, and LinkHastily in the opposite order: can deadlock`
		}()
	}
	n := l.seal()
	wg.Wait()
	return n
}
