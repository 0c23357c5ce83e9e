// Package chain wraps stores in stores, in both orders, but none in itself.
package chain

import "lockorder/chain/store"

func Open() store.Store {
	inner := &store.Counted{Store: store.NewMemory()}
	return &store.Counted{Store: store.NewCached(store.NewCached(inner))}
}
