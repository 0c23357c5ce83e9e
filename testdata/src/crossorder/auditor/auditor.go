// Package auditor has one half of a deadlock, package desk the other one.
package auditor

import "sync"

var Books, Vault sync.Mutex

func Inspect() {
	Books.Lock()
	defer Books.Unlock()
	Vault.Lock()
	Vault.Unlock()
}
