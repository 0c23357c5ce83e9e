// Package lib has contracts that contract/user relies on. // want package:`Count: acquires contract/lib\.state\.Mutex \| Lookup: demands contract/lib\.TableMu\(r\)`
package lib

import "sync"

type Conn struct { // want Conn:`Flush: demands arg0\.Mu \| Lock: acquires arg0\.Mu; returns holding arg0\.Mu`
	Mu   sync.Mutex
	impl interface{ lock() }

	//lockvet:excludes Mu
	OnClose func() // want OnClose:"excludes arg0.Mu"
}

// Lock calls what nobody sees.
//
//lockvet:acquires c.Mu
func (c *Conn) Lock() { c.impl.lock() }

//lockvet:holds c.Mu
func (c *Conn) Flush() {}

type Session interface {
	//lockvet:acquires recv
	Begin() // want Begin:"acquires arg0; returns holding arg0"
	//lockvet:releases recv
	End() // want End:"needs arg0; releases arg0"
}

//lockvet:holds c.Mu
type Visitor func(c *Conn) // want Visitor:"demands arg0.Mu"

var TableMu sync.RWMutex

//lockvet:holds TableMu read
var Lookup func(name string) int

// What is behind a Guard locks the state, which only this package can name.
var state struct {
	sync.Mutex
	n int
}

type Guard interface {
	//lockvet:acquires state
	Enter() // want Enter:`acquires contract/lib\.state\.Mutex; returns holding contract/lib\.state\.Mutex`
	//lockvet:releases state
	Leave() // want Leave:`needs contract/lib\.state\.Mutex; releases contract/lib\.state\.Mutex`
}

func Count() int {
	state.Lock()
	defer state.Unlock()
	return state.n
}
