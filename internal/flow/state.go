package flow

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// held is one acquisition that has not been released.
type held struct {
	lock  *path.Node
	mode  model.Mode
	site  ssa.Instruction // the call that acquired it
	steps []Step
	// unsure: it may have been released or handed to somebody else; nothing
	// is reported about it any more.
	unsure bool
	// moved: code ran that may have changed a pointer on the way to the lock,
	// so that the same words may now mean another lock.
	moved bool
	// doubt is, if walker.why records, one more than the place in walker.doubts of the instruction since which it
	// is unsure or moved.
	doubt int32
	// given are the steps by which a goroutine unlocks it, that the function has started and that always
	// does so; nil if there is none.
	given []Step
	// handles are what the call that acquired the lock returned, if that may be
	// what releases it: a transaction, a locked object, a function.
	handles []*path.Node
	// back: the function took the lock back after it had released it for the
	// caller, who held it in the mode was.
	back bool
	was  model.Mode
}

// known is what happened to a lock that is not held.
type known struct {
	lock  *path.Node
	mine  bool // released after this function acquired it; else the caller's
	moved bool // as held.moved
	tried bool // not released: TryLock has not got it
	calls bool // acquired and released by a callee: nothing says that this function wanted it held
	mode  model.Mode
	site  ssa.Instruction
	steps []Step
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
	held   []held
	known  []known
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
	c.held = slices.Clone(s.held)
	c.known = slices.Clone(s.known)
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

// find returns the newest entry for lock in the lock set, -1 if there is none.
// An entry in the wanted mode comes before others.
func (s *state) find(lock *path.Node, mode model.Mode) int {
	other := -1
	for i := len(s.held) - 1; i >= 0; i-- {
		if s.held[i].lock == lock {
			if s.held[i].mode == mode {
				return i
			}
			if other < 0 {
				other = i
			}
		}
	}
	return other
}

func (s *state) status(lock *path.Node) *known {
	for i := range s.known {
		if s.known[i].lock == lock && !s.known[i].tried {
			return &s.known[i]
		}
	}
	return nil
}

// failed returns the TryLock that has not got a lock since anything else is known of it.
func (s *state) failed(lock *path.Node) *known {
	for i := range s.known {
		if s.known[i].lock == lock && s.known[i].tried {
			return &s.known[i]
		}
	}
	return nil
}

func (s *state) forget(lock *path.Node) {
	s.known = slices.DeleteFunc(s.known, func(k known) bool { return k.lock == lock })
}

// setStatus notes what happened to a lock. Of very many that this function has acquired and
// released, the first are forgotten: only an unlock of one more would be missed.
func (s *state) setStatus(k known) {
	s.forget(k.lock)
	if len(s.known) >= limits.MaxKnown {
		if i := slices.IndexFunc(s.known, func(k known) bool { return k.mine }); i >= 0 {
			s.known = slices.Delete(s.known, i, i+1)
		}
	}
	s.known = append(s.known, k)
}

// rewrite applies f to every node of the state.
func (s *state) rewrite(f func(*path.Node) *path.Node) {
	for i := range s.held {
		s.held[i].lock = f(s.held[i].lock)
		for j, h := range s.held[i].handles {
			if n := f(h); n != h {
				s.held[i].handles = slices.Clone(s.held[i].handles)
				s.held[i].handles[j] = n
			}
		}
	}
	for i := range s.known {
		s.known[i].lock = f(s.known[i].lock)
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
	for i := range s.held {
		if s.held[i].lock.HasValue() && s.held[i].lock.Mentions(n) {
			return true
		}
	}
	for i := range s.known {
		if s.known[i].lock.HasValue() && s.known[i].lock.Mentions(n) {
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
	n = len(s.known)
	s.known = slices.DeleteFunc(s.known, func(k known) bool {
		if !k.mine {
			return false // what callers must hold stays so
		}
		return !slices.ContainsFunc(o.known, func(other known) bool {
			return other.lock == k.lock && other.mine == k.mine && other.tried == k.tried
		})
	})
	changed = changed || len(s.known) != n
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
