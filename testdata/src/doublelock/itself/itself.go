// Package itself gives plug-ins to a host of another package, which calls them with its lock held, and hands itself to them.
package itself

import "doublelock/itself/host"

type web struct{ auth host.Plugin }

func (*web) Name() string { return "web" }

func (w *web) Init(h *host.Host) error {
	w.auth = h.Lookup("auth")
	return nil
}

// db looks at the host without its lock.
type db struct{ web host.Plugin }

func (*db) Name() string { return "db" }

func (d *db) Init(h *host.Host) error {
	d.web = h.Peek("web")
	return nil
}

// proxy asks another host.
type proxy struct{ upstream *host.Host }

func (*proxy) Name() string { return "proxy" }

func (p *proxy) Init(h *host.Host) error {
	p.upstream.Lookup("web")
	return nil
}

func Run() error {
	return host.New(&db{}, &web{}).Load() // want `.*mu is locked again at host\.go:\d+ by \(\*Host\)\.Lookup, which deadlocks`
}

func all() []host.Plugin { return []host.Plugin{&db{}, &web{}} }

func RunAll() error {
	return host.New(all()...).Load() // want `.*mu is locked again at host\.go:\d+ by \(\*Host\)\.Lookup, which deadlocks`
}

func RunRight(upstream *host.Host) error {
	return host.New(&db{}, &proxy{upstream}).Load()
}

type cache struct{ n int }

func (c *cache) Start(a host.API) error {
	if a.Lookup("db") != nil {
		c.n++
	}
	return nil
}

type idle struct{}

func (idle) Start(a host.API) error { return nil }

func Register(h *host.Host) {
	h.Add(idle{})
	h.Add(&cache{}) // want `h\.mu is locked again at host\.go:\d+ by \(\*Host\)\.Lookup, which deadlocks`
}
