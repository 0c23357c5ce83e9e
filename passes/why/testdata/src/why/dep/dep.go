// Package dep has a lock that others use.
package dep

import "sync"

type Table struct{ Mu sync.Mutex }

var Global sync.Mutex
