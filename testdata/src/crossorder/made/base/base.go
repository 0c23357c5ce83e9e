// Package base has what the types of other packages embed.
package base

import "sync"

type Directory struct {
	mu     sync.Mutex
	routes []string
}

// NewDirectory makes one that nobody else knows.
func NewDirectory(name string) *Directory {
	return &Directory{routes: []string{name}}
}

var known = make(map[string]*Directory)

// Find returns one that others may know, too.
func Find(name string) *Directory {
	d := known[name]
	if d == nil {
		d = &Directory{}
		known[name] = d
	}
	return d
}

func (d *Directory) SetRoutes(routes []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.routes = routes
}

func (d *Directory) Destroy(f func()) {
	d.mu.Lock()
	f()
	d.mu.Unlock()
}
