package flow

import (
	"encoding/binary"
	"slices"
	"sort"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
)

// A keyer numbers what is not a node, for state keys.
type keyer struct {
	ids  map[any]uint32
	buf  []byte
	nums []uint32
}

func (k *keyer) id(x any) uint32 {
	n, ok := k.ids[x]
	if !ok {
		n = uint32(len(k.ids) + 1)
		k.ids[x] = n
	}
	return n
}

func (k *keyer) put(x uint32) { k.buf = binary.LittleEndian.AppendUint32(k.buf, x) }

func flags(bs ...bool) (x uint32) {
	for i, b := range bs {
		if b {
			x |= 1 << i
		}
	}
	return x
}

// lockKey is the part of the state that says what is held and will be run: states
// that differ in it are kept apart to the last.
func (k *keyer) lockKey(s *state) string {
	k.buf = k.buf[:0]
	k.lockPart(s)
	return string(k.buf)
}

// heldKey is lockKey, but for how often and in what order deferred calls are made.
func (k *keyer) heldKey(s *state) string {
	k.buf = k.buf[:0]
	k.heldPart(s)
	var defers []uint32
	for _, d := range s.defers {
		defers = append(defers, k.id(d.instr))
	}
	slices.Sort(defers)
	for _, d := range slices.Compact(defers) {
		k.put(d)
	}
	return string(k.buf)
}

// effectKey is lockKey, and which locks of the caller have been released.
func (k *keyer) effectKey(s *state) string {
	k.buf = k.buf[:0]
	k.lockPart(s)
	for _, l := range s.locks.Others() {
		if l.Phase == lockset.GivenUp {
			k.put(uint32(l.Lock.ID))
		}
	}
	return string(k.buf)
}

// mergeKey is the part in which states differ that are not merged even where there are
// too many: callers know best what they pass, so the parameters that were tested
// belong to it, and flags of the function itself, which are there to be tested.
func (k *keyer) mergeKey(s *state) string {
	k.buf = k.buf[:0]
	k.lockPart(s)
	var tested [limits.MaxTested]uint32
	for _, c := range s.conds {
		if c.key.Kind == path.Param && !c.stale && c.key.Index < limits.MaxTested {
			tested[c.key.Index] = 1 + flags(c.val)
		}
	}
	for _, t := range tested {
		k.put(t)
	}
	flags := 0
	for _, b := range s.env {
		if _, isConst := b.n.IsBool(); isConst && flags < limits.MaxFlags && isFlag(b.v) {
			flags++
			k.put(k.id(b.v))
			k.put(uint32(b.n.ID))
		}
	}
	return string(k.buf)
}

// isFlag reports whether a value is a variable of the function that decides which way it goes.
func isFlag(v ssa.Value) bool {
	phi, ok := v.(*ssa.Phi)
	if !ok {
		return false
	}
	consts := 0
	for _, e := range phi.Edges {
		if _, ok := e.(*ssa.Const); ok {
			consts++
		}
	}
	return consts > 1 && slices.ContainsFunc(*phi.Referrers(), func(r ssa.Instruction) bool {
		branch, ok := r.(*ssa.If)
		return ok && branch.Block() != phi.Block()
	})
}

func (k *keyer) lockPart(s *state) {
	k.heldPart(s)
	for _, d := range s.defers {
		k.put(k.id(d.instr))
		if d.value != nil {
			k.put(uint32(d.value.ID))
		}
		for _, a := range d.args {
			k.put(uint32(a.ID))
		}
	}
	k.put(0)
}

func (k *keyer) heldPart(s *state) {
	held := s.locks.Held()
	for i := range held {
		k.known(&held[i])
		k.put(k.id(held[i].By.site))
	}
	k.put(0)
}

// freePart is what is known of the locks that are not held.
func (k *keyer) freePart(s *state) {
	others := s.locks.Others()
	for i := range others {
		k.known(&others[i])
	}
	k.put(0)
}

func (k *keyer) known(l *known) {
	k.put(uint32(l.Lock.ID))
	k.put(uint32(l.Mode) | uint32(l.Phase)<<8 | uint32(l.Doubt)<<16)
}

// sort puts the bindings of a state into the order of their values' numbers. Most are in order: they come from a state that
// was.
func (k *keyer) sort(env []binding) {
	k.nums = k.nums[:0]
	for _, b := range env {
		k.nums = append(k.nums, k.id(b.v))
	}
	if !slices.IsSorted(k.nums) {
		sort.Sort(numbered{k.nums, env})
	}
}

// numbered sorts bindings by the numbers of their values.
type numbered struct {
	nums []uint32
	env  []binding
}

func (n numbered) Len() int { return len(n.env) }

func (n numbered) Less(i, j int) bool { return n.nums[i] < n.nums[j] }

func (n numbered) Swap(i, j int) {
	n.nums[i], n.nums[j] = n.nums[j], n.nums[i]
	n.env[i], n.env[j] = n.env[j], n.env[i]
}

// sort puts what a state knows of free locks, of memory and of conditions into the order of their names.
func (s *state) sort() {
	slices.SortFunc(s.locks.Others(), func(a, b known) int { return int(a.Lock.ID - b.Lock.ID) })
	slices.SortFunc(s.mem, func(a, b Cell) int { return int(a.Addr.ID - b.Addr.ID) })
	slices.SortFunc(s.conds, func(a, b cond) int { return int(a.key.ID - b.key.ID) })
}

// key is the whole state but for the conditions that soft says are never
// tested again. It is good until the next key is made.
func (k *keyer) key(s *state, soft func(*path.Node) bool) []byte {
	k.sort(s.env)
	s.sort()
	k.buf = k.buf[:0]
	k.lockPart(s)
	k.freePart(s)
	for i, b := range s.env {
		k.put(k.nums[i])
		k.put(uint32(b.n.ID))
	}
	k.put(0)
	for _, c := range s.mem {
		k.put(uint32(c.Addr.ID))
		if c.Val != nil {
			k.put(uint32(c.Val.ID))
		} else {
			k.put(0)
		}
	}
	k.put(0)
	k.put(s.lost.number())
	for _, c := range s.conds {
		if !soft(c.key) {
			k.put(uint32(c.key.ID))
			k.put(flags(c.val, c.stale, c.entry))
		}
	}
	k.put(flags(s.panics, s.opaque, s.waited))
	return k.buf
}
