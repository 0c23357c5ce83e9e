package conc

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// A step is one thing that a goroutine does.
type step struct {
	kind  kind
	obj   int // lock, channel, goroutine, field
	read  bool
	lines []int // the calls that lead to it, and its own
}

type kind uint8

const (
	locks1 kind = iota // announces a writer, so that no new reader gets in
	locks2             // gets the lock
	unlocks
	sends
	receives
	waits
	starts
	done
	uses
)

// compile writes a goroutine as a list of steps, its condition having the value a.
func (p *Program) compile(routine int, a bool) (steps []step) {
	var list func(body []*stmt, stack []int)
	list = func(body []*stmt, stack []int) {
		for _, s := range body {
			at := func(line int) []int { return append(slices.Clone(stack), line) }
			switch s.op {
			case section:
				steps = append(steps, step{locks1, s.lock, s.read, at(s.line)}, step{locks2, s.lock, s.read, at(s.line)})
				list(s.body, stack)
				steps = append(steps, step{unlocks, s.lock, s.read, at(s.end)})
			case cross:
				steps = append(steps,
					step{locks1, s.lock, false, at(s.line)}, step{locks2, s.lock, false, at(s.line)},
					step{locks1, s.other, false, at(s.middle)}, step{locks2, s.other, false, at(s.middle)},
					step{unlocks, s.lock, false, at(s.middle)})
				list(s.body, stack)
				steps = append(steps, step{unlocks, s.other, false, at(s.end)})
			case send:
				steps = append(steps, step{sends, s.ch, false, at(s.line)})
			case receive:
				steps = append(steps, step{receives, s.ch, false, at(s.line)})
			case wait:
				steps = append(steps, step{waits, 0, false, at(s.line)})
			case iff:
				// Helpers have no parameter: their conditions are constant.
				if s.neg != (a || len(stack) > 0) {
					list(s.body, stack)
				}
			case call:
				list(p.helpers[s.fn], at(s.line))
			case use:
				steps = append(steps, step{uses, s.field, !s.write, at(s.line)})
			case start:
				steps = append(steps, step{starts, s.fn, false, at(s.line)})
			}
		}
	}
	list(p.routines[routine], nil)
	if routine > 0 {
		steps = append(steps, step{kind: done})
	} else {
		steps = append(steps, step{kind: waits})
	}
	return steps
}

// state is where all goroutines are. The rest follows from it, but for who came first:
// which messages a channel holds, who has announced to write.
type state struct {
	at      [threads]int8 // -1: not started
	buffer  [chans]int8
	pending int8 // goroutines that are not done, of the WaitGroup
	writer  [locks]int8
	readers [locks][threads]int8
	asked   [locks]int8 // 1 + who has announced to write, and waits for readers
}

func (s *state) key() string {
	b := make([]byte, 0, 64)
	b, _ = binary.Append(b, binary.LittleEndian, s)
	return string(b)
}

// A Deadlock is a state in which goroutines wait for each other.
type Deadlock struct {
	Kind string // "locks", "blocks" or, if it has nothing to do with locks, "other"
	// Lines are where the goroutines wait, and where they got what others wait for.
	Lines []int
}

// A World is what may be different from what the program shows.
type World struct {
	// Free are the channels, and as the last one the WaitGroup, that nobody waits for, so
	// that they keep nobody apart: a bit each.
	Free   uint
	Full   bool // buffers of channels are full
	Writer bool // somebody else may lock the RWMutex for writing
}

// maxStates bounds the search. Programs are made so that few need as many.
const maxStates = 200_000

// Explore runs the program in all ways, and returns its deadlocks, each set of places
// once. The error is that of a program with too many states.
//
// passed are the lines that some goroutine gets past.
func (p *Program) Explore(world World) (found []Deadlock, passed map[int]bool, err error) {
	found, passed, _, err = p.explore(world, false)
	return found, passed, err
}

// explore is Explore, and returns the races, too, if they are asked for.
func (p *Program) explore(world World, racing bool) (found []Deadlock, passed map[int]bool, races map[Race]bool, err error) {
	seen := make(map[string]bool)
	passed = make(map[int]bool)
	if racing {
		races = make(map[Race]bool)
	}
	n := len(p.routines)
	for bits := range 1 << n {
		steps := make([][]step, n)
		for i := range n {
			steps[i] = p.compile(i, bits>>i&1 == 1)
		}
		e := &explorer{passed: passed, world: world, buffers: p.buffers, steps: steps, seen: make(map[string]bool), races: races}
		if world.Full {
			e.buffers = make([]int, chans)
		}
		if world.Writer {
			e.steps = append(e.steps, []step{{kind: locks1, obj: plain}, {kind: locks2, obj: plain}, {kind: unlocks, obj: plain}})
		}
		var s state
		for i := range s.at {
			s.at[i] = -1
		}
		s.at[0], s.pending = 0, int8(n-1)
		if world.Writer {
			s.at[n] = 0
		}
		e.visit(s)
		if e.over {
			return nil, nil, nil, fmt.Errorf("more than %d states", maxStates)
		}
		for _, d := range e.found {
			if k := fmt.Sprint(d); !seen[k] {
				seen[k] = true
				found = append(found, d)
			}
		}
	}
	return found, passed, races, nil
}

type explorer struct {
	buffers []int
	passed  map[int]bool
	world   World
	steps   [][]step
	seen    map[string]bool
	over    bool
	found   []Deadlock
	races   map[Race]bool // nil if nobody asks
}

func (e *explorer) visit(s state) {
	k := s.key()
	if e.seen[k] || e.over {
		return
	}
	e.seen[k] = true
	e.over = len(e.seen) > maxStates
	if e.races != nil {
		e.meet(s)
	}
	moved := false
	for i := range e.steps {
		for _, next := range e.moves(s, i) {
			moved = true
			e.visit(next)
		}
	}
	// Only main ends the program; a goroutine that is left behind hangs.
	if !moved && len(e.stuck(s)) > 0 {
		e.found = append(e.found, e.judge(s)...)
	}
}

// stuck lists the goroutines that have something left to do.
func (e *explorer) stuck(s state) (list []int) {
	for i := range e.steps {
		if s.at[i] >= 0 && int(s.at[i]) < len(e.steps[i]) {
			list = append(list, i)
		}
	}
	return list
}

func (e *explorer) now(s state, i int) (step, bool) {
	if s.at[i] < 0 || int(s.at[i]) >= len(e.steps[i]) {
		return step{}, false
	}
	return e.steps[i][s.at[i]], true
}

// moves lists the states that goroutine i can lead to next.
func (e *explorer) moves(s state, i int) (next []state) {
	x, ok := e.now(s, i)
	if !ok {
		return nil
	}
	defer func() {
		if len(next) > 0 {
			for _, line := range x.lines {
				e.passed[line] = true
			}
		}
	}()
	s.at[i]++
	switch x.kind {
	case sends, receives:
		if e.world.Free>>x.obj&1 == 1 {
			return []state{s}
		}
	case waits:
		if e.world.Free>>chans&1 == 1 {
			return []state{s}
		}
	}
	switch x.kind {
	case locks1:
		if !x.read {
			if s.asked[x.obj] != 0 || s.writer[x.obj] != 0 {
				return nil // another writer is first
			}
			s.asked[x.obj] = int8(i + 1)
		}
	case locks2:
		if x.read {
			if s.asked[x.obj] != 0 || s.writer[x.obj] != 0 {
				return nil
			}
			s.readers[x.obj][i]++
			break
		}
		if s.readers[x.obj] != [threads]int8{} {
			return nil
		}
		s.asked[x.obj], s.writer[x.obj] = 0, int8(i+1)
	case unlocks:
		if x.read {
			s.readers[x.obj][i]--
		} else {
			s.writer[x.obj] = 0
		}
	case sends:
		return e.message(s, i, x)
	case receives:
		if s.buffer[x.obj] == 0 {
			return nil
		}
		s.buffer[x.obj]--
	case waits:
		if s.pending > 0 {
			return nil
		}
	case starts:
		s.at[x.obj] = 0
	case done:
		s.pending--
	}
	return []state{s}
}

// message sends: into the buffer if there is room, or to a goroutine that receives.
func (e *explorer) message(s state, i int, x step) (next []state) {
	for j := range e.steps {
		if y, ok := e.now(s, j); ok && j != i && y.kind == receives && y.obj == x.obj && s.buffer[x.obj] == 0 {
			t := s
			t.at[j]++
			next = append(next, t)
		}
	}
	if int(s.buffer[x.obj]) < e.buffers[x.obj] {
		s.buffer[x.obj]++
		next = append(next, s)
	}
	return next
}

// judge says what kinds of deadlocks there are in a state that no goroutine can leave: "locks" if
// goroutines wait for each other's locks in a circle; "blocks" if one of them waits for
// a message, or for others to be done, with a lock held that all who could help need
// first; "other" if it has nothing to do with locks, or with locks only after something else.
func (e *explorer) judge(s state) (found []Deadlock) {
	stuck := e.stuck(s)
	// Who waits for whom, and holds what.
	locked := func(i int) []int { // the goroutines whose locks i waits for
		x, _ := e.now(s, i)
		if x.kind != locks1 && x.kind != locks2 {
			return nil
		}
		return e.holders(s, x.obj, i)
	}
	seen := make(map[int]bool)
	for _, i := range stuck {
		if seen[i] {
			continue
		}
		if circle := cycle(i, locked); circle != nil {
			found = append(found, Deadlock{"locks", e.lines(s, circle)})
			for _, j := range circle {
				seen[j] = true
			}
		}
	}
	for _, i := range stuck {
		if seen[i] {
			continue
		}
		x, _ := e.now(s, i)
		if x.kind != sends && x.kind != receives && x.kind != waits {
			continue
		}
		helpers := e.helpers(s, i, x)
		if len(helpers) == 0 {
			continue
		}
		all := true
		for _, h := range helpers {
			all = all && slices.Contains(locked(h), i)
		}
		if all {
			return append(found, Deadlock{"blocks", e.lines(s, append([]int{i}, helpers...))})
		}
	}
	if found == nil {
		found = append(found, Deadlock{"other", e.lines(s, stuck)})
	}
	return found
}

// holders lists who keeps i from getting a lock: who holds it, or has announced to write.
func (e *explorer) holders(s state, lock, i int) (who []int) {
	if w := s.writer[lock]; w != 0 {
		who = append(who, int(w)-1)
	}
	if a := s.asked[lock]; a != 0 && int(a)-1 != i {
		who = append(who, int(a)-1)
	}
	for j, n := range s.readers[lock] {
		if n > 0 {
			who = append(who, j)
		}
	}
	return who
}

// helpers lists the goroutines that could end a wait: they are yet to send, to receive,
// or to be done.
func (e *explorer) helpers(s state, i int, x step) (who []int) {
	want := map[kind]kind{sends: receives, receives: sends, waits: done}[x.kind]
	for j := range e.steps {
		if j == i || s.at[j] < 0 {
			continue
		}
		if slices.ContainsFunc(e.steps[j][s.at[j]:], func(y step) bool { return y.kind == want && (want == done || y.obj == x.obj) }) {
			who = append(who, j)
		}
	}
	return who
}

// cycle returns the goroutines on a way from i back to i.
func cycle(i int, next func(int) []int) []int {
	var path []int
	var visit func(j int) bool
	visit = func(j int) bool {
		if slices.Contains(path, j) {
			return j == i
		}
		path = append(path, j)
		if slices.ContainsFunc(next(j), visit) {
			return true
		}
		path = path[:len(path)-1]
		return false
	}
	if visit(i) {
		return path
	}
	return nil
}

// lines lists where goroutines wait, and where they acquired what they hold.
func (e *explorer) lines(s state, who []int) (lines []int) {
	for _, i := range who {
		x, _ := e.now(s, i)
		lines = append(lines, x.lines...)
		var held []step
		for _, y := range e.steps[i][:s.at[i]] {
			switch y.kind {
			case locks2:
				held = append(held, y)
			case unlocks:
				if k := slices.IndexFunc(held, func(h step) bool { return h.obj == y.obj }); k >= 0 {
					held = slices.Delete(held, k, k+1)
				}
			}
		}
		for _, h := range held {
			lines = append(lines, h.lines...)
		}
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}
