// Package iterator uses the iterators of another package.
package iterator

import (
	"strconv"

	"missingunlock/iterator/kv"
)

type keeper struct{ store *kv.Store }

// Fine.
func (k *keeper) values() (vals []string) {
	it := k.store.Iterator()
	defer it.Close()
	for ; it.Valid(); it.Next() {
		vals = append(vals, it.Value())
	}
	return vals
}

func (k *keeper) total() (sum int, err error) {
	it := k.store.Iterator()
	for ; it.Valid(); it.Next() {
		n, err := strconv.Atoi(it.Value())
		if err != nil {
			return 0, err // want `return with k.store.mu still read-locked`
		}
		sum += n
	}
	return sum, it.Close()
}

// Fine: whoever gets the iterator closes it.
func (k *keeper) open() *kv.Iterator {
	it := k.store.Iterator()
	if it.Valid() {
		it.Next()
	}
	return it
}

var kept []*kv.Iterator

// Fine: somebody else closes it.
func (k *keeper) keep() int {
	it := k.store.Iterator()
	if !it.Valid() {
		it.Close()
		return 0
	}
	kept = append(kept, it)
	return len(kept)
}
