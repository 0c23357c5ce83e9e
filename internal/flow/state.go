package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
)

// known is what is known of a lock: that it is held since an act, say, or that it is not.
type known = lockset.Entry[*path.Node, *act]

// act is an operation on a lock, or a call that leads to one. Entries share it, so it does not change.
type act struct {
	site  ssa.Instruction // nil if it is a caller's
	steps []*Step
	// doubt is, if walker.why records, one more than the place in walker.doubts of the instruction since which the lock
	// is unsure or moved.
	doubt int32
	// given are the steps by which a goroutine unlocks it, that the function has started and that always
	// does so; nil if there is none.
	given []*Step
	// relocks says that it is an unlock by a callee that locks again what it has unlocked, on other paths.
	relocks bool
	// balanced says that it is an unlock by a callee that has locked what it unlocks.
	balanced bool
	// loose says that it is an unlock by a callee that unlocks on some paths only, see firm.
	loose bool
	// handles are what the call that acquired the lock returned, if that may be
	// what releases it: a transaction, a locked object, a function.
	handles []*path.Node
}

// deferred is a call pushed by a defer statement.
type deferred struct {
	instr *ssa.Defer
	value *path.Node   // the function, or the receiver of an interface call
	args  []*path.Node // evaluated at the defer statement
}

// cond is a condition and its value on this path. A stale one was seen before
// code ran that may have changed the memory it reads; entry says that it had the value
// when the function began.
type cond struct {
	key          *path.Node
	val          bool
	stale, entry bool
}

type binding struct {
	v ssa.Value
	n *path.Node
}

// trail lists the branches taken, newest first.
type trail struct {
	pos   token.Pos
	taken bool
	prev  *trail
}

// state is what is known at one point of one set of paths. It is cloned before
// it is shared; its slices are copied by clone.
type state struct {
	locks  lockset.Set[*path.Node, *act]
	defers []deferred
	env    []binding
	mem    []Cell     // Val nil: stored to, contents unknown
	lost   *lostCells // what is no longer known of memory on entry
	conds  []cond
	ran    []*path.Node // functions of callers that have been called
	trail  *trail
	split  *split
	panics bool
	waited bool // others may have run, who change memory
	opaque bool // code ran that nobody can see; noted in functions with a contract only
}

func (s *state) clone() *state {
	c := *s
	c.locks = s.locks.Clone()
	c.defers = slices.Clone(s.defers)
	c.env = slices.Clone(s.env)
	c.mem = slices.Clone(s.mem)
	c.conds = slices.Clone(s.conds)
	c.ran = slices.Clone(s.ran)
	return &c
}

func (s *state) bind(v ssa.Value, n *path.Node) {
	for i := range s.env {
		if s.env[i].v == v {
			s.env[i].n = n
			return
		}
	}
	s.env = append(s.env, binding{v, n})
}

func (s *state) unbind(v ssa.Value) {
	for i := range s.env {
		if s.env[i].v == v {
			s.env = slices.Delete(s.env, i, i+1)
			return
		}
	}
}

func (s *state) bound(v ssa.Value) *path.Node {
	for i := range s.env {
		if s.env[i].v == v {
			return s.env[i].n
		}
	}
	return nil
}

func (s *state) cell(addr *path.Node) (val *path.Node, ok bool) {
	for i := range s.mem {
		if s.mem[i].Addr == addr {
			return s.mem[i].Val, true
		}
	}
	return nil, false
}

func (s *state) setCell(addr, val *path.Node) {
	for i := range s.mem {
		if s.mem[i].Addr == addr {
			s.mem[i].Val = val
			return
		}
	}
	s.mem = append(s.mem, Cell{addr, val})
}

func (s *state) unsetCell(addr *path.Node) {
	s.mem = slices.DeleteFunc(s.mem, func(c Cell) bool { return c.Addr == addr })
}

// move notes that some names of locks may denote others by now.
func (s *state) move(moved func(lock *path.Node) bool) {
	for i := range s.locks.All() {
		if k := &s.locks.All()[i]; !k.Is(lockset.Moved) && moved(k.Lock) {
			k.Doubt |= lockset.Moved
		}
	}
}

// rewrite applies f to every node of the state.
func (s *state) rewrite(f func(*path.Node) *path.Node) {
	for i := range s.locks.All() {
		k := &s.locks.All()[i]
		k.Lock = f(k.Lock)
		for j, h := range k.By.handles {
			if n := f(h); n != h {
				by := *k.By
				by.handles = slices.Clone(by.handles)
				by.handles[j] = n
				k.By = &by
			}
		}
	}
	for i := range s.defers {
		d := &s.defers[i]
		if d.value != nil {
			d.value = f(d.value)
		}
		for j, a := range d.args {
			if n := f(a); n != a {
				d.args = slices.Clone(d.args)
				d.args[j] = n
			}
		}
	}
	for i := range s.env {
		s.env[i].n = f(s.env[i].n)
	}
	for i := range s.mem {
		s.mem[i].Addr = f(s.mem[i].Addr)
		if s.mem[i].Val != nil {
			s.mem[i].Val = f(s.mem[i].Val)
		}
	}
	for i := range s.conds {
		s.conds[i].key = f(s.conds[i].key)
	}
}

// mentions reports whether anything in the state names the current value of v.
func (s *state) mentions(n *path.Node) bool {
	for i := range s.locks.All() {
		if k := &s.locks.All()[i]; k.Lock.HasValue() && k.Lock.Mentions(n) {
			return true
		}
	}
	for i := range s.defers {
		d := &s.defers[i]
		if d.value != nil && d.value.HasValue() && d.value.Mentions(n) {
			return true
		}
		for _, a := range d.args {
			if a.HasValue() && a.Mentions(n) {
				return true
			}
		}
	}
	for i := range s.env {
		if s.env[i].n.HasValue() && s.env[i].n.Mentions(n) {
			return true
		}
	}
	for i := range s.mem {
		if s.mem[i].Addr.HasValue() && s.mem[i].Addr.Mentions(n) {
			return true
		}
		if v := s.mem[i].Val; v != nil && v.HasValue() && v.Mentions(n) {
			return true
		}
	}
	for i := range s.conds {
		if s.conds[i].key.HasValue() && s.conds[i].key.Mentions(n) {
			return true
		}
	}
	return false
}

// meet keeps in s what holds in both s and o, which have the same lock part.
// It reports whether s changed. where both differ in memory, the contents are
// unknown.
func (s *state) meet(o *state) (changed bool) {
	n := len(s.conds)
	kept := s.conds[:0]
	for _, c := range s.conds {
		for _, d := range o.conds {
			if d.key == c.key && d.val == c.val {
				changed = changed || d.stale && !c.stale || c.entry && !d.entry
				c.stale = c.stale || d.stale
				c.entry = c.entry && d.entry
				kept = append(kept, c)
				break
			}
		}
	}
	s.conds = kept
	changed = changed || len(s.conds) != n
	if s.locks.Meet(&o.locks) {
		changed = true
	}
	n = len(s.env)
	s.env = slices.DeleteFunc(s.env, func(b binding) bool { return o.bound(b.v) != b.n })
	changed = changed || len(s.env) != n
	n = len(s.ran)
	s.ran = slices.DeleteFunc(s.ran, func(f *path.Node) bool { return !slices.Contains(o.ran, f) })
	changed = changed || len(s.ran) != n
	for i, c := range s.mem {
		if c.Val == nil {
			continue
		}
		if v, ok := o.cell(c.Addr); !ok || v != c.Val {
			s.mem[i].Val = nil
			changed = true
		}
	}
	for _, c := range o.mem {
		if _, ok := s.cell(c.Addr); !ok {
			s.mem = append(s.mem, Cell{c.Addr, nil})
			changed = true
		}
	}
	if o.waited && !s.waited {
		s.waited, changed = true, true
	}
	if lost := s.lost.union(o.lost); lost != s.lost {
		s.lost, changed = lost, true
	}
	return changed
}
