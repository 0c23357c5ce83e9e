// Package itself gives a host of another package plug-ins that it loads in a sync.Once.
package itself

import "doublelock/itself/host"

type derived struct{ parent host.Late }

func (*derived) Name() string { return "derived" }

func (d *derived) Init(l *host.Lazy) { d.parent = l.Lookup("base") }

type base struct{}

func (base) Name() string      { return "base" }
func (base) Init(l *host.Lazy) {}

func Make() *host.Lazy {
	return host.NewLazy(base{}, &derived{}) // want `once\.Do is called by the function that it runs`
}

func MakeRight() *host.Lazy { return host.NewLazy(base{}) }
