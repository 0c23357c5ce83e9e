// Package store declares guards of what others use, too.
package store

import "sync"

type Store struct {
	sync.RWMutex
	Items map[string]int //lockvet:guardedby RWMutex
	Name  string         //lockvet:guardedby RWMutex read
	Free  int            //lockvet:guardedby none only for tests
	Plain int
}

var (
	Mu sync.Mutex
	//lockvet:guardedby Mu
	Count int
)
