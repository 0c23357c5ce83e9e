package groups

import (
	"go/token"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"
)

// A state is what is known at one point of one path.
type state struct {
	frames []*frame
	mem    memory
	nums   []string        // the addresses in mem at which a number or something with a length is, and perhaps others
	conds  map[string]bool // what has been decided on the way
	spans  map[string]span
	fails  map[string]int // by what is compared: how often it was none of some constants
	leaked map[string]bool
	visits map[visit]int
	turns  map[visit]int // how often an undecided branch has been taken
	ran    map[*ssa.Function]bool
	loops  map[place]string
	ended  map[place]bool // loops that were left because their condition was false
	events []event
	way    []ssa.Instruction // the undecided branches, and where each led
	made   int               // frames
	ends   unwinding
	weak   bool     // something about the path is not sure enough to report it
	filled []string // the fields and variables with maps into which the path has put something
}

type unwinding uint8

const (
	running unwinding = iota
	panicking
	exiting
)

type frame struct {
	id       int
	fn       *ssa.Function
	env      map[ssa.Value]value
	binds    []value
	defers   []deferred
	at       ssa.Instruction // the call that it is in
	recovers bool            // a deferred call has recovered
	deferred bool            // it is a deferred call itself
}

type deferred struct {
	instr *ssa.Defer
	call  value
	args  []value
}

type visit struct {
	frame int
	instr ssa.Instruction
}

// A place is a loop that a frame is in.
type place struct {
	frame int
	fn    *ssa.Function
	loop  int
}

type kind uint8

const (
	add kind = iota
	done
	wait
	spawn
	unknown // code that cannot be followed may count down at any time
)

var kindNames = [...]string{"add", "done", "wait", "spawn", "unknown"}

// An event is what a goroutine does to a WaitGroup, or that it starts another goroutine.
type event struct {
	kind  kind
	n     linear
	group string // of an unknown event: all that lie there, "" for all there are
	instr ssa.Instruction
	alts  []*trace // of a goroutine that is started: what it may do
	in    []place
}

// A trace is what one goroutine does on one path.
type trace struct {
	events []event
	loops  map[place]string // by loop that depends on something unknown: the number, or ""
	ended  map[place]bool   // those that were left because their condition was false
	conds  map[string]bool
	spans  map[string]span
	leaked map[string]bool
	way    []ssa.Instruction
	end    token.Pos
	scored bool
	points int
	exits  bool // by runtime.Goexit or a panic that is recovered
	weak   bool
}

func newState() *state {
	return &state{
		mem: newMemory(), conds: make(map[string]bool), spans: make(map[string]span), fails: make(map[string]int),
		leaked: make(map[string]bool), visits: make(map[visit]int), turns: make(map[visit]int), loops: make(map[place]string), ended: make(map[place]bool), ran: make(map[*ssa.Function]bool),
	}
}

func (st *state) clone() *state {
	c := *st
	c.frames = make([]*frame, len(st.frames))
	for i, f := range st.frames {
		g := *f
		g.env = maps.Clone(f.env)
		g.defers = slices.Clip(f.defers)
		c.frames[i] = &g
	}
	c.mem, c.conds, c.spans, c.fails = st.mem.clone(), maps.Clone(st.conds), maps.Clone(st.spans), maps.Clone(st.fails)
	c.leaked, c.visits, c.turns, c.loops = maps.Clone(st.leaked), maps.Clone(st.visits), maps.Clone(st.turns), maps.Clone(st.loops)
	c.ended, c.ran = maps.Clone(st.ended), maps.Clone(st.ran)
	c.events, c.way, c.nums = slices.Clip(st.events), slices.Clip(st.way), slices.Clip(st.nums)
	return &c
}

// set notes what is at an address.
func (st *state) set(key string, v value) {
	if old, _ := st.mem.at(key); (v.num != nil || v.size != nil) && old.num == nil && old.size == nil {
		st.nums = append(st.nums, key)
	}
	st.mem.set(key, v)
}

// trace returns what the goroutine has done when it ends.
func (st *state) trace(end token.Pos) *trace {
	return &trace{st.events, st.loops, st.ended, st.conds, st.spans, st.leaked, st.way, end, false, 0, st.ends != running, st.weak}
}

func (st *state) top() *frame { return st.frames[len(st.frames)-1] }

// span returns what a number may be.
func (st *state) span(sym string) span {
	if s, ok := st.spans[sym]; ok {
		return s
	}
	return widest(sym)
}

func widest(sym string) span {
	if strings.HasPrefix(sym, "len ") {
		return span{0, most}
	}
	return span{least, most}
}

// decide tells whether a condition is known.
func (st *state) decide(v value) (known, is bool) {
	switch v.key {
	case "true", "false":
		return true, v.key == "true"
	case "":
		return false, false
	}
	if r := v.rel; r != nil {
		s := st.span(r.of.sym)
		if _, may := r.narrow(s); !may {
			return true, false
		}
		if _, may := (&relation{r.of, opposite[r.op]}).narrow(s); !may {
			return true, true
		}
	}
	if is, known = st.conds[v.key]; known {
		return true, is
	}
	if is, known = st.conds[negate(v).key]; known {
		return true, !is
	}
	return false, false
}

// assume notes that a condition that was not known is true.
func (st *state) assume(v value) {
	if v.key == "" {
		return
	}
	st.conds[v.key] = true
	if r := v.rel; r != nil {
		s, _ := r.narrow(st.span(r.of.sym))
		st.spans[r.of.sym] = s
		if r.op == token.NEQ && !strings.HasPrefix(r.of.sym, "select ") {
			st.fail(r.of.sym)
		}
		return
	}
	if v.key[0] == '!' {
		if tag, c, ok := strings.Cut(v.key[1:], "=="); ok && c != "nil" && tag != "nil" {
			st.fail(tag)
			st.fail(c)
		}
	}
}

// fail notes that something is none of several constants: without a default, a switch statement may well have
// a case for each value that there is.
func (st *state) fail(tag string) {
	if st.fails[tag]++; st.fails[tag] > 1 {
		st.weak = true
	}
}

// under reports whether an address is another one, or lies in what is there.
func under(key, base string) bool {
	return strings.HasPrefix(key, base) && (len(key) == len(base) || strings.ContainsRune(".[", rune(key[len(base)])))
}

// hits reports whether an unknown event concerns a group.
func (e *event) hits(g string) bool { return e.group == "" || under(g, e.group) }

func nth(key string, n int) string {
	if n == 0 {
		return key
	}
	return key + "@" + strconv.Itoa(n)
}

// event notes that something happens to a WaitGroup.
func (st *state) event(e event) { st.events = append(st.events, e) }

// given notes that somebody has got functions: a call that returns, or who receives from a channel. One that has not run by then may run
// later, or there is a reason not to run it now.
func (st *state) given(args []value) {
	for _, a := range args {
		if a.fn != nil && !st.ran[a.fn] {
			st.weak = true
		}
	}
}
