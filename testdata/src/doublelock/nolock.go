// Lockers that do nothing in some objects.
package doublelock

import "sync"

type nop struct{}

func (nop) Lock()   {}
func (nop) Unlock() {}

type list struct {
	l     sync.Locker
	items []int
}

func newList(safe bool) *list {
	if safe {
		return &list{l: new(sync.Mutex)}
	}
	return &list{l: nop{}}
}

func (x *list) push(n int) {
	x.l.Lock()
	defer x.l.Unlock()
	x.items = append(x.items, n)
}

// batch runs f with a list that is not locked.
func (x *list) batch(f func(v *list)) {
	x.l.Lock()
	defer x.l.Unlock()
	f(&list{l: nop{}, items: x.items})
}

func twoBatches() {
	newList(true).batch(func(v *list) {
		v.batch(func(*list) { v.push(1) })
	})
}

// Each of these has a lock.
type safeList struct {
	l     sync.Locker
	items []int
}

func newSafeList() *safeList { return &safeList{l: new(sync.Mutex)} }

func (x *safeList) push(n int) {
	x.l.Lock()
	defer x.l.Unlock()
	x.items = append(x.items, n)
}

func (x *safeList) pushTwice(n int) {
	x.l.Lock()
	defer x.l.Unlock()
	x.push(n) // want `x\.l is locked again`
}
