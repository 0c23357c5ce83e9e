// Package ring has goroutines that each lock an object and then the next one, the last one the first.
package ring

import (
	"fmt"
	"sync"
)

// The dining philosophers: each takes one fork and then the next one.
type chopstick struct{ sync.Mutex }

type diner struct {
	id          int
	left, right *chopstick
}

func (d *diner) eat() {
	d.left.Lock()
	d.right.Lock()
	fmt.Println(d.id)
	d.right.Unlock()
	d.left.Unlock()
}

func dine(n int) {
	sticks := make([]*chopstick, n)
	for i := range sticks {
		sticks[i] = new(chopstick)
	}
	var wg sync.WaitGroup
	for i := range n {
		d := &diner{i, sticks[i], sticks[(i+1)%n]}
		wg.Go(func() { d.eat() })
		wg.Add(1)
		go func() {
			defer wg.Done()
			d.eat() // want `dine\.func2 locks d\.left, then the next one, d\.right: when each goroutine holds its first, all wait`
		}()
	}
	wg.Wait()
}

func dineFromSlice(n int) {
	sticks := make([]sync.Mutex, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Add(1)
		go func(i int) {
			defer wg.Done()
			sticks[i].Lock()
			sticks[(i+1)%n].Lock() // want `dineFromSlice\.func1 locks sticks\[i\], then the next one, sticks\[.*\]: when each goroutine holds its first, all wait`
			fmt.Println(i)
			sticks[(i+1)%n].Unlock()
			sticks[i].Unlock()
		}(i)
	}
	wg.Wait()
}

// A constructor gets the two.
type guest struct {
	id          int
	left, right *sync.Mutex
}

func newGuest(id int, left, right *sync.Mutex) *guest { return &guest{id, left, right} }

func (g *guest) run() {
	for range 3 {
		g.left.Lock()
		g.right.Lock() // want `\(\*guest\)\.run locks g\.left, then the next one, g\.right: when each goroutine holds its first, all wait`
		fmt.Println(g.id)
		g.right.Unlock()
		g.left.Unlock()
	}
}

func party(n int) {
	forks := make([]*sync.Mutex, n)
	for i := range forks {
		forks[i] = new(sync.Mutex)
	}
	for i := range n {
		go newGuest(i, forks[i], forks[(i+1)%n]).run()
	}
}

// One of them takes the two the other way round.
func dineApart(n int) {
	sticks := make([]sync.Mutex, n)
	for i := range n {
		go func() {
			if i == n-1 {
				sticks[0].Lock()
				sticks[i].Lock()
			} else {
				sticks[i].Lock()
				sticks[(i+1)%n].Lock()
			}
			fmt.Println(i)
			sticks[i].Unlock()
			sticks[(i+1)%n].Unlock()
		}()
	}
}

// All take the one with the lower number first.
func dineInOrder(n int) {
	sticks := make([]sync.Mutex, n)
	for i := range n {
		go func() {
			first, second := min(i, (i+1)%n), max(i, (i+1)%n)
			sticks[first].Lock()
			sticks[second].Lock()
			fmt.Println(i)
			sticks[second].Unlock()
			sticks[first].Unlock()
		}()
	}
}

// There is room for all but one at the table.
func dineWithSeats(n int) {
	sticks := make([]sync.Mutex, n)
	seats := make(chan bool, n-1)
	for i := range n {
		go func() {
			seats <- true
			sticks[i].Lock()
			sticks[(i+1)%n].Lock()
			fmt.Println(i)
			sticks[(i+1)%n].Unlock()
			sticks[i].Unlock()
			<-seats
		}()
	}
}

// A waiter hands out both.
func dineWithWaiter(n int) {
	sticks := make([]sync.Mutex, n)
	var waiter sync.Mutex
	for i := range n {
		go func() {
			waiter.Lock()
			sticks[i].Lock()
			sticks[(i+1)%n].Lock()
			waiter.Unlock()
			fmt.Println(i)
			sticks[(i+1)%n].Unlock()
			sticks[i].Unlock()
		}()
	}
}

// The list has an end.
func dineInRow(n int) {
	sticks := make([]sync.Mutex, n+1)
	for i := range n {
		go func() {
			sticks[i].Lock()
			sticks[i+1].Lock()
			fmt.Println(i)
			sticks[i+1].Unlock()
			sticks[i].Unlock()
		}()
	}
}
