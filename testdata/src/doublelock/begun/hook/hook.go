// Package hook has a function for transactions.
package hook

import (
	"sync"

	"doublelock/begun/db"
)

var mu sync.Mutex

// Audit is given to Run by others.
func Audit(tx *db.Tx) error {
	mu.Lock()
	defer mu.Unlock()
	return tx.Exec("audit")
}
