package doublelock

import "sync"

type onced struct {
	mu sync.Mutex
	n  int
}

type oncedConn struct{ ok bool }

func (c *oncedConn) check() bool { return c.ok }

// The Once is not made new: the second time, Do does not unlock.
func (p *onced) take(cs []*oncedConn) bool {
	p.mu.Lock()
	unlock := new(sync.Once)
	defer unlock.Do(p.mu.Unlock)
	for _, c := range cs {
		unlock.Do(p.mu.Unlock)
		if c.check() {
			return true
		}
		p.mu.Lock() // want `p\.mu is locked again`
	}
	return false
}
