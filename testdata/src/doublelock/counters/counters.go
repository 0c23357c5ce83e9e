// Package counters locks in one turn of a loop, which a counter chooses.
package counters

import "sync"

type rows interface{ Next() bool }

func first(mu *sync.Mutex, n int, do func()) {
	for i := range n {
		if i == 0 {
			mu.Lock()
			defer mu.Unlock()
		}
		do()
	}
}

func third(mu *sync.Mutex, n int, do func()) {
	for i := 0; i < n; i++ {
		if i == 3 {
			mu.Lock()
			defer mu.Unlock()
		}
		do()
	}
}

func chosen(mu *sync.Mutex, n, at int, do func()) {
	for i := n; i >= 0; i-- {
		if i == at {
			mu.Lock()
			defer mu.Unlock()
		}
		do()
	}
}

func counted(mu *sync.Mutex, r rows, do func()) {
	n := 0
	for r.Next() {
		n++
		if n == 1 {
			mu.Lock()
			defer mu.Unlock()
		}
		do()
	}
}

// The counter need not grow in each turn.
func sometimes(mu *sync.Mutex, r []int, do func()) {
	n := 0
	for _, v := range r {
		if v > 2 {
			n++
		}
		if n == 1 {
			mu.Lock() // want `mu is locked again`
			defer mu.Unlock()
		}
		do()
	}
}

// The counter begins anew.
func reset(mu *sync.Mutex, r rows, do func()) {
	n := 0
	for r.Next() {
		n++
		if n == 1 {
			mu.Lock() // want `mu is locked again`
			defer mu.Unlock()
		}
		if n == 10 {
			n = 0
		}
		do()
	}
}

// The inner loop begins anew.
func nested(mu *sync.Mutex, r rows, n int, do func()) {
	for r.Next() {
		for i := range n {
			if i == 2 {
				mu.Lock() // want `mu is locked again`
				defer mu.Unlock()
			}
			do()
		}
	}
}

// All turns but one.
func others(mu *sync.Mutex, n int, do func()) {
	for i := range n {
		if i != 1 {
			mu.Lock() // want `mu is locked again`
			defer mu.Unlock()
		}
		do()
	}
}
