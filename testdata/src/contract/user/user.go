// Package user relies on contracts of contract/lib.
package user

import "contract/lib"

func Double(c *lib.Conn) {
	c.Lock()
	c.Lock() // want `c.Mu is locked again at lib.go:\d+ by \(\*Conn\).Lock, which deadlocks`
	c.Mu.Unlock()
}

func Flush(c *lib.Conn) {
	c.Lock()
	c.Flush()
	c.Mu.Unlock()
	c.Flush() // want `\(\*Conn\).Flush is called without c.Mu, which was unlocked at user.go:\d+, but the contract at lib.go:\d+ says that it is called with c.Mu held`
}

func Close(c *lib.Conn) {
	c.Mu.Lock()
	c.OnClose() // want `OnClose is called with c.Mu held since user.go:\d+, but the contract at lib.go:\d+ says`
	c.Mu.Unlock()
	c.OnClose()
}

func Use(s lib.Session, ok bool) {
	s.Begin()
	if ok {
		return // want `s`
	}
	s.End()
}

func Visit(c *lib.Conn, v lib.Visitor) {
	c.Mu.Lock()
	v(c)
	c.Mu.Unlock()
	v(c) // want `Visitor is called without c.Mu, which was unlocked`
}

func Find(name string) int {
	lib.TableMu.RLock()
	n := lib.Lookup(name)
	lib.TableMu.RUnlock()
	return n + lib.Lookup(name) // want `Lookup is called without lib.TableMu, which was unlocked`
}

func Counted(g lib.Guard) int {
	g.Enter()
	defer g.Leave()
	return lib.Count() // want `state is locked again at lib.go:\d+ by Count, which deadlocks`
}
