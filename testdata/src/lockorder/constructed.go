package lockorder

import "sync"

// A new object that keeps a method of its own in a field is not known to others by that, and neither are
// the objects that are made for its fields.

type nib struct {
	mu  sync.Mutex
	num int
}

type pad struct {
	mu    sync.Mutex
	pages map[int]int
	onNew func(int) bool
	nib   *nib
}

func newPad(dir string) *pad {
	p := &pad{pages: map[int]int{}, nib: &nib{}}
	p.onNew = p.isNew
	p.load(dir)
	return p
}

func (p *pad) isNew(n int) bool { return n > 0 }

func (p *pad) load(dir string) {
	p.nib.mu.Lock()
	defer p.nib.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pages[p.nib.num] = len(dir)
}

func (p *pad) prune(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.nib.mu.Lock()
	defer p.nib.mu.Unlock()
	if p.nib.num != n && p.onNew(n) {
		delete(p.pages, n)
	}
}

type desk struct{ pad *pad }

func OpenDesk(dir string) *desk {
	p := newPad(dir)
	return tidied(&desk{pad: p})
}

func tidied(d *desk) *desk {
	if len(d.pad.pages) > 1 {
		d.pad.load("again")
	}
	return d
}

func (d *desk) Prune(n int) { d.pad.prune(n) }

// Here load is called again later.
type slate struct {
	a, b sync.Mutex
	n    int
}

func NewSlate() *slate {
	s := &slate{}
	s.load()
	return s
}

func (s *slate) load() {
	s.a.Lock()
	defer s.a.Unlock()
	s.b.Lock()
	s.n++
	s.b.Unlock()
}

func (s *slate) Reload() { s.load() }

func (s *slate) Wipe() {
	s.b.Lock()
	s.a.Lock() // want `\(\*slate\)\.Wipe locks slate\.b, then slate\.a, and .* in the opposite order: can deadlock`
	s.n--
	s.a.Unlock()
	s.b.Unlock()
}
