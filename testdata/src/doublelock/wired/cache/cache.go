// Package cache has no locks. It calls the functions that it is given, by several roads.
package cache

// A Hooked has a function that an option sets.
type Hooked struct {
	n     int
	evict func(int)
}

type Option func(*Hooked)

func WithEvict(f func(int)) Option { return func(h *Hooked) { h.evict = f } }

func WithSize(n int) Option { return func(h *Hooked) { h.n = n } }

func NewHooked(opts ...Option) *Hooked {
	h := &Hooked{}
	for _, o := range opts {
		o(h)
	}
	return h
}

func (h *Hooked) Add(k int) {
	h.n++
	if h.evict != nil {
		h.evict(k)
	}
}

// A Dialed collects what its options set before it is made, as grpc does.
type Dialed struct {
	n     int
	evict func(int)
}

type dialOptions struct {
	n     int
	evict func(int)
}

type DialOption interface{ apply(*dialOptions) }

type dialOption func(*dialOptions)

func (f dialOption) apply(o *dialOptions) { f(o) }

func OnEvict(f func(int)) DialOption { return dialOption(func(o *dialOptions) { o.evict = f }) }

func Dial(opts ...DialOption) *Dialed {
	var o dialOptions
	for _, opt := range opts {
		opt.apply(&o)
	}
	return &Dialed{n: o.n, evict: o.evict}
}

func (d *Dialed) Add(k int) {
	d.n++
	d.evict(k)
}

// A Config says what a Kept and a Copied shall do.
type Config struct {
	Max   int
	Evict func(int)
}

type Kept struct {
	n   int
	cfg Config
}

func NewKept(c Config) *Kept { return &Kept{cfg: c} }

func (c *Kept) Add(k int) {
	c.n++
	c.cfg.Evict(k)
}

type Copied struct {
	n     int
	evict func(int)
}

func NewCopied(c *Config) *Copied { return &Copied{n: c.Max, evict: c.Evict} }

func (c *Copied) Add(k int) {
	c.n++
	c.evict(k)
}

// A Sharded keeps the function in its parts.
type Sharded struct{ parts [4]*part }

type part struct{ evict func(int) }

func NewSharded(f func(int)) *Sharded {
	s := &Sharded{}
	for i := range s.parts {
		s.parts[i] = &part{evict: f}
	}
	return s
}

func (p *part) drop(k int) { p.evict(k) }

func (s *Sharded) Add(k int) { s.parts[k%4].drop(k) }

// A Listed has many functions, by their names, or a default.
type Listed struct {
	all  map[string]func(int)
	last func(int)
}

func NewListed(last func(int)) *Listed {
	if last == nil {
		last = func(int) {}
	}
	return &Listed{all: map[string]func(int){}, last: last}
}

func (l *Listed) Handle(name string, f func(int)) { l.all[name] = f }

func (l *Listed) Add(name string, k int) {
	if f := l.all[name]; f != nil {
		f(k)
	}
}

func (l *Listed) End() { l.last(0) }
