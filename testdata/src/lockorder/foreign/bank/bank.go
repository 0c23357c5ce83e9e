// Package bank has an order of its own that is wrong.
package bank

import "sync"

type Bank struct {
	vault, desk sync.Mutex
	n           int
}

func (b *Bank) Open(f func()) {
	b.vault.Lock()
	defer b.vault.Unlock()
	b.desk.Lock() // want `\(\*Bank\)\.Open locks Bank\.vault, then Bank\.desk, and \(\*Bank\)\.Close \(bank\.go:\d+\) in the opposite order: can deadlock`
	b.n++
	b.desk.Unlock()
}

func (b *Bank) Close() {
	b.desk.Lock()
	defer b.desk.Unlock()
	b.vault.Lock()
	b.n--
	b.vault.Unlock()
}
