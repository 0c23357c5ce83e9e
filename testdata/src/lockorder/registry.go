package lockorder

import "sync"

// Silent: who makes an element, puts it into the locked registry and locks it there is
// the first to do so. It may wait for the registry again with the element locked.
type roster struct {
	mu      sync.Mutex
	members map[string]*attendee
}

type attendee struct {
	mu     sync.Mutex
	roster *roster
	peer   *attendee
	name   string
}

func (r *roster) join(name string) *attendee {
	m := &attendee{roster: r, name: name}
	r.mu.Lock()
	r.members[name] = m
	m.mu.Lock()
	r.mu.Unlock()
	defer m.mu.Unlock()
	m.greet()
	return m
}

func (m *attendee) greet() {
	m.name += "!"
}

func (m *attendee) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.roster.mu.Lock()
	delete(m.roster.members, m.name)
	m.roster.mu.Unlock()
}

// The same, with two that know each other and callees that do it.
type booth struct {
	mu    sync.Mutex
	calls map[*call]bool
}

type call struct {
	mu    sync.Mutex
	booth *booth
	other *call
	name  string
}

func newCalls(b *booth) (*call, *call) {
	x, y := newCall(b), newCall(b)
	x.other = y
	y.other = x
	return x, y
}

func newCall(b *booth) *call {
	c := &call{booth: b}
	for x := range b.calls {
		if x.other == nil {
			c.name = x.name
			break
		}
	}
	if c.name == "" {
		c.name = "first"
	}
	return c
}

func insert(b *booth, x, y *call) {
	b.mu.Lock()
	b.calls[x], b.calls[y] = true, true
	x.mu.Lock()
	y.mu.Lock()
	b.mu.Unlock()
}

func (b *booth) Dial() {
	x, y := newCalls(b)
	insert(b, x, y)
	x.hangUp()
	x.mu.Unlock()
	y.mu.Unlock()
}

func (c *call) hangUp() {
	c.booth.mu.Lock()
	delete(c.booth.calls, c)
	c.booth.mu.Unlock()
}

// Not if the registry has been unlocked in between.
type glossary struct {
	mu    sync.Mutex
	words map[string]*term
}

type term struct {
	mu       sync.Mutex
	glossary *glossary
	text     string
}

func (i *glossary) add(text string) {
	w := &term{glossary: i, text: text}
	i.mu.Lock()
	i.words[text] = w
	i.mu.Unlock()
	i.mu.Lock()
	w.mu.Lock() // want `\(\*glossary\)\.add locks glossary\.mu, then term\.mu, and \(\*term\)\.drop \(registry\.go:\d+\) in the opposite order: can deadlock`
	w.text += "."
	w.mu.Unlock()
	i.mu.Unlock()
}

func (w *term) drop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.glossary.mu.Lock()
	delete(w.glossary.words, w.text)
	w.glossary.mu.Unlock()
}

func rosters() {
	r := &roster{members: map[string]*attendee{}}
	go r.join("a")
	for _, m := range r.members {
		go m.leave()
	}
	i := &glossary{words: map[string]*term{}}
	go i.add("a")
	for _, w := range i.words {
		go w.drop()
	}
}

// Whoever leaves a lane must have locked it, and so holds it while waiting for the registry.
type tollbooth struct {
	mu    sync.RWMutex
	lanes map[string]*sync.Mutex
}

func (t *tollbooth) enter(lane string) {
	t.mu.Lock()
	if t.lanes[lane] == nil {
		t.lanes[lane] = new(sync.Mutex)
	}
	t.lanes[lane].Lock()
	t.mu.Unlock()
}

func (t *tollbooth) leave(lane string) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	if l, ok := t.lanes[lane]; ok {
		l.Unlock()
	}
}

func (t *tollbooth) Pass(lane string) {
	t.enter(lane) // want `\(\*tollb…th\)\.Pass locks tollbooth\.mu, then tollbooth\.lanes\[\], and in the opposite order at registry\.go:\d+: can deadlock`
	defer func() { t.leave(lane) }()
}
