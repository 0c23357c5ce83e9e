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
	c.Flush() // want `\(\*Conn\)\.Flush must be called with c\.Mu held \(lib\.go:\d+\), but c\.Mu was unlocked at user\.go:\d+`
}

func Close(c *lib.Conn) {
	c.Mu.Lock()
	c.OnClose() // want `OnClose must be called without Mu \(lib\.go:\d+\), but c\.Mu is held since user\.go:\d+`
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
	v(c) // want `Visitor must be called with c\.Mu held \(lib\.go:\d+\), but c\.Mu was unlocked at user\.go:\d+`
}

func Find(name string) int {
	lib.TableMu.RLock()
	n := lib.Lookup(name)
	lib.TableMu.RUnlock()
	return n + lib.Lookup(name) // want `Lookup must be called with TableMu held, at least for reading \(lib\.go:\d+\), but lib\.TableMu was unlocked at user\.go:\d+`
}

func Counted(g lib.Guard) int {
	g.Enter()
	defer g.Leave()
	return lib.Count() // want `state is locked again at lib.go:\d+ by Count, which deadlocks`
}
