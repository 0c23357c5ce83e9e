// Package conc writes small programs with two or three goroutines that share locks,
// channels and a WaitGroup, and finds out by trying all interleavings how they
// can deadlock.
package conc

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// An op is what a statement does.
type op uint8

const (
	section op = iota // locks, runs its body, unlocks
	cross             // hand over hand: locks one and then another, and gives the first back
	send
	receive
	wait  // for the WaitGroup
	iff   // a condition around the body
	call  // of a helper
	start // of a goroutine
	use   // of a field
)

// A stmt is a statement of a program. Programs are trees, so that they can be written
// as Go, executed and made smaller without being parsed.
type stmt struct {
	op     op
	lock   int
	other  int // cross: the second lock
	read   bool
	ch     int
	fn     int // call: the helper; start: the goroutine
	field  int
	write  bool
	neg    bool
	body   []*stmt
	line   int // where it begins and ends in the source
	middle int
	end    int
}

// A Program is main, which is goroutine 0, the goroutines that it starts, and helpers.
type Program struct {
	routines [][]*stmt
	helpers  [][]*stmt
	buffers  []int // by channel
	fields   int   // how many there are
}

// The locks: plain ones, and one for reading, too.
const (
	plain   = 3
	locks   = plain + 1
	chans   = 2
	maxOps  = 7
	threads = 4 // with a writer from outside
)

type gen struct {
	r    *rand.Rand
	left int
	p    *Program
	held []int
}

// New writes the program with a number. The same seed and number give the same program.
func New(seed uint64, n int) *Program {
	g := &gen{r: rand.New(rand.NewPCG(seed, uint64(n)+1<<32)), p: &Program{}}
	for range chans {
		g.p.buffers = append(g.p.buffers, g.r.IntN(3)/2)
	}
	for range g.r.IntN(3) {
		g.left = 2
		g.p.helpers = append(g.p.helpers, []*stmt{g.section()})
	}
	count := 2
	if g.r.IntN(4) == 0 {
		count = threads - 1
	}
	for i := range count {
		g.left, g.held = 2+g.r.IntN(maxOps-2), nil
		var body []*stmt
		if i == 0 && g.r.IntN(4) == 0 {
			body = append(body, g.stmt()) // before anything else runs
		}
		if i == 0 {
			for j := 1; j < count; j++ {
				body = append(body, &stmt{op: start, fn: j})
			}
		}
		g.p.routines = append(g.p.routines, append(body, g.block()...))
	}
	// A message needs two ends.
	for range g.r.IntN(3) {
		ch := g.r.IntN(chans)
		from := g.r.IntN(count)
		to := (from + 1 + g.r.IntN(count-1)) % count
		g.put(from, &stmt{op: send, ch: ch})
		g.put(to, &stmt{op: receive, ch: ch})
	}
	if g.r.IntN(3) == 0 {
		g.put(0, &stmt{op: wait})
	}
	g.p.number()
	return g.p
}

// put inserts a statement anywhere in a goroutine, in main after the others have started.
func (g *gen) put(routine int, s *stmt) {
	list := &g.p.routines[routine]
	from := 0
	if routine == 0 {
		for i, x := range *list {
			if x.op == start {
				from = i + 1
			}
		}
	}
	for {
		i := from + g.r.IntN(len(*list)-from+1)
		if i < len(*list) && len((*list)[i].body) > 0 && g.r.IntN(3) > 0 || i < len(*list) && (*list)[i].op == section && g.r.IntN(2) == 0 {
			list, from = &(*list)[i].body, 0
			continue
		}
		*list = append((*list)[:i:i], append([]*stmt{s}, (*list)[i:]...)...)
		return
	}
}

func (g *gen) block() (list []*stmt) {
	for range 1 + g.r.IntN(3) {
		if g.left > 0 {
			list = append(list, g.stmt())
		}
	}
	return list
}

func (g *gen) stmt() *stmt {
	g.left--
	switch n := g.r.IntN(20); {
	case n < 2:
		return &stmt{op: iff, neg: g.r.IntN(2) == 0, body: g.block()}
	case n < 5 && len(g.p.helpers) > 0:
		return &stmt{op: call, fn: g.r.IntN(len(g.p.helpers))}
	case n < 6:
		a, b := g.lock(), g.lock()
		if a != b && a < plain && b < plain {
			return &stmt{op: cross, lock: a, other: b}
		}
	}
	return g.section()
}

// lock picks a lock that no section around holds.
func (g *gen) lock() int {
	for {
		l := g.r.IntN(locks)
		free := true
		for _, h := range g.held {
			free = free && h != l
		}
		if free || len(g.held) == locks {
			return l
		}
	}
}

func (g *gen) section() *stmt {
	s := &stmt{op: section, lock: g.lock()}
	s.read = s.lock >= plain && g.r.IntN(2) == 0
	g.held = append(g.held, s.lock)
	if len(g.held) < 3 {
		s.body = g.block()
	}
	g.held = g.held[:len(g.held)-1]
	return s
}

func name(lock int) string {
	if lock >= plain {
		return "t.rw"
	}
	return fmt.Sprintf("t.m%d", lock)
}

func method(read bool, m string) string {
	if read {
		return "R" + m
	}
	return m
}

// Source is the program in Go.
func (p *Program) Source() string { return p.number() }

// number writes the program, and notes where its statements are.
func (p *Program) number() string {
	w := &writer{line: 1}
	w.f("package main")
	w.f("import (\n\"os\"\n\"sync\"\n)")
	w.f("type T struct {")
	for i := range plain {
		w.f("m%d sync.Mutex", i)
	}
	w.f("rw sync.RWMutex")
	w.f("c0, c1 chan int")
	w.f("wg sync.WaitGroup")
	fields := ""
	for i := range p.fields {
		w.f("%s %s", fieldName(i), fieldType(i))
		if isMap(i) {
			fields += fmt.Sprintf(", %s: make(%s)", fieldName(i), fieldType(i))
		}
	}
	w.f("}")
	w.f("func main() {")
	w.f("t := &T{c0: make(chan int, %d), c1: make(chan int, %d)%s}", p.buffers[0], p.buffers[1], fields)
	w.f("a0 := os.Getenv(\"A0\") != \"\"\n_ = a0")
	w.f("t.wg.Add(%d)", len(p.routines)-1)
	w.list(p.routines[0], 0)
	w.f("t.wg.Wait()\n}")
	for i, body := range p.routines[1:] {
		w.f("func (t *T) g%d(a%d bool) {", i+1, i+1)
		w.list(body, i+1)
		w.f("t.wg.Done()\n}")
	}
	used := make(map[int]bool)
	for _, body := range p.routines {
		p.calls(body, used)
	}
	for i, body := range p.helpers {
		if !used[i] {
			continue // lockvet would think that somebody out of sight calls it
		}
		w.f("func (t *T) h%d() {", i)
		w.list(body, -1)
		w.f("}")
	}
	return w.b.String()
}

// calls adds the helpers that statements call.
func (p *Program) calls(body []*stmt, used map[int]bool) {
	for _, s := range body {
		if s.op == call && !used[s.fn] {
			used[s.fn] = true
			p.calls(p.helpers[s.fn], used)
		}
		p.calls(s.body, used)
	}
}

type writer struct {
	b    strings.Builder
	line int // of what is written next
}

func (w *writer) f(format string, args ...any) {
	text := fmt.Sprintf(format, args...) + "\n"
	w.line += strings.Count(text, "\n")
	w.b.WriteString(text)
}

func (w *writer) list(body []*stmt, routine int) {
	for _, s := range body {
		s.line = w.line
		switch s.op {
		case section:
			w.f("%s.%s()", name(s.lock), method(s.read, "Lock"))
			w.list(s.body, routine)
			s.end = w.line
			w.f("%s.%s()", name(s.lock), method(s.read, "Unlock"))
		case cross:
			w.f("%s.Lock()", name(s.lock))
			s.middle = w.line
			w.f("%s.Lock()\n%s.Unlock()", name(s.other), name(s.lock))
			w.list(s.body, routine)
			s.end = w.line
			w.f("%s.Unlock()", name(s.other))
		case send:
			w.f("t.c%d <- 1", s.ch)
		case receive:
			w.f("<-t.c%d", s.ch)
		case wait:
			w.f("t.wg.Wait()")
		case iff:
			not := ""
			if s.neg {
				not = "!"
			}
			cond := fmt.Sprintf("a%d", routine)
			if routine < 0 {
				cond = "true"
			}
			w.f("if %s%s {", not, cond)
			w.list(s.body, routine)
			w.f("}")
		case call:
			w.f("t.h%d()", s.fn)
		case use:
			w.f("%s", access(s))
		case start:
			w.f("go t.g%d(os.Getenv(\"A%d\") != \"\")", s.fn, s.fn)
		}
	}
}
