// Package user takes another package's locks, and declares where its own come.
//
//lockvet:before reg.Entry.Mu local
package user

import (
	"crossorder/declared/reg"
	"sync"
)

var local sync.Mutex

func drop(e *reg.Entry) { e.Drop() }

func wrong(e *reg.Entry) {
	e.Mu.Lock()
	e.R.Touch() // want `reg\.Registry\.Mu is locked with reg\.Entry\.Mu held \(since user\.go:\d+\), against the order declared at reg\.go:\d+`
	e.Mu.Unlock()
}

func chain(r *reg.Registry) {
	local.Lock()
	defer local.Unlock()
	r.Mu.Lock() // want `reg\.Re…try\.Mu is locked with local held \(since user\.go:\d+\), against the order declared at reg\.go:\d+ and user\.go:\d+`
	r.Mu.Unlock()
}
