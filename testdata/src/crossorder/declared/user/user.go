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
	e.R.Touch() // want `reg.Registry.Mu is locked at reg.go:25 by \(\*Registry\).Touch with reg.Entry.Mu held since user.go:16, but reg.Registry.Mu is declared to be taken first: reg.Registry.Mu before reg.Entry.Mu \(reg.go:6\)`
	e.Mu.Unlock()
}

func chain(r *reg.Registry) {
	local.Lock()
	defer local.Unlock()
	r.Mu.Lock() // want `reg.Registry.Mu is locked with local held since user.go:22, but reg.Registry.Mu is declared to be taken first: reg.Registry.Mu before reg.Entry.Mu \(reg.go:6\), reg.Entry.Mu before local \(user.go:3\)`
	r.Mu.Unlock()
}
