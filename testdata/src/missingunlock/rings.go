package missingunlock

import (
	"log"
	"sync"
)

// Data without locks of its own may well lead back to itself.
type bead struct {
	next *bead
	n    int
}

type necklace struct {
	mu   sync.Mutex
	root bead
}

func (n *necklace) first() int {
	n.mu.Lock()
	b := n.root.next
	if b == &n.root {
		return 0 // want `return with n\.mu still locked`
	}
	v := b.n
	n.mu.Unlock()
	return v
}

// A variable is not an error because its name begins so.
var (
	errLogMu  sync.Mutex
	errLogger *log.Logger
)

func logError(text string) {
	errLogMu.Lock()
	if errLogger == nil {
		return // want `return with errLogMu still locked`
	}
	errLogger.Print(text)
	errLogMu.Unlock()
}
