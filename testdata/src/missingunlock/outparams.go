package missingunlock

import (
	"fmt"
	"sync"
)

// A callee may store to a variable whose address it gets.
type gauge struct {
	mu    sync.Mutex
	n     int
	cells [4]struct {
		mu  sync.Mutex
		sum int
	}
}

func (g *gauge) next(p *int) { *p = g.n }

func peek(p *int) bool { return *p > 3 }

func (g *gauge) read() int {
	x := -1
	g.mu.Lock()
	g.next(&x)
	if x != -1 {
		return x // want `return with g.mu still locked since outparams.go:\d+; other paths unlock it`
	}
	g.mu.Unlock()
	return 0
}

func (g *gauge) scan(s string) error {
	n := 0
	g.mu.Lock()
	fmt.Sscan(s, &n)
	if n > 0 {
		return nil // want `return with g.mu still locked since outparams.go:\d+; other paths unlock it`
	}
	g.mu.Unlock()
	return nil
}

// This one only looks at it.
func (g *gauge) look() bool {
	x := -1
	g.mu.Lock()
	peek(&x)
	if x != -1 {
		return true
	}
	g.mu.Unlock()
	return false
}

// A variable says which of the locks is held: the function unlocks it, and locks another one.
func (g *gauge) turn(held *int, n int) {
	if *held == n {
		return
	}
	if *held != -1 {
		g.cells[*held].mu.Unlock()
		*held = -1
	}
	if n != -1 {
		g.cells[n].mu.Lock()
		*held = n
	}
}

func (g *gauge) spread(vs []int) {
	held := -1
	for _, v := range vs {
		g.turn(&held, v&3)
		g.cells[v&3].sum += v
	}
	g.turn(&held, 0)
	g.cells[0].sum += len(vs)
	g.turn(&held, -1)
}
