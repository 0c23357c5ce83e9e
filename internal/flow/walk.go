package flow

import (
	"container/heap"
	"go/token"
	"maps"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/why"
)

// giveUp ends the walk because of a limit. The limits are far above what hand-written code
// needs; it is generated giants that reach them.
func (w *walker) giveUp(l limits.Limit) {
	if !w.res.GaveUp {
		w.t.Limits.Hit(l)
		w.res.GaveUp, w.res.Limit = true, l
	}
}

type walker struct {
	uncalled bool // see [Env.Uncalled]
	told     bool // callers get to know the function that is handed on, and which lock it releases

	later       *laterCall // the call that is executed now for somebody else, nil if none
	lent        []lentFunc // functions that objects made here keep
	fn          *ssa.Function
	now         ssa.Instruction   // that is executed now
	name        string            // of fn, for traces
	ways        map[way][]*Step   // see via
	callSteps   map[stepKey]*Step // see callStep
	t           *path.Table
	env         Env
	watch       Watch
	why         *why.Func         // nil unless somebody asks
	doubts      []ssa.Instruction // after which nothing is reported of some acquisition
	info        *funcInfo
	res         *Result
	keys        keyer
	lost        lostSets
	queue       blockQueue
	state       []*blockState // by block index
	work        int
	limit       int
	made        map[ssa.Value]bool            // results of calls that are new objects
	gifts       map[*ssa.Parameter]*path.Node // see gives
	notNil      map[*path.Node]*path.Node     // what is not nil if a condition is true, of those for which the model says so
	wrapping    []*ssa.Call                   // the calls of whose results wraps is about to say whether they are nil
	panicking   bool                          // deferred calls run because of a panic
	recoveredBy *ssa.Function                 // thrown: the function that recovers from it, if it is not this one
	thrown      bool                          // because a call does, of a function out of sight
	panicked    bool                          // some path panics
	stuck       bool                          // some path ends at an operation or a call
	depth       int                           // of functions run by functions that they were given to
	onces       lockset.Set[*path.Node, *act] // whose functions are being executed

	contract *Contract // of the function, nil if it has none
	aliases  []Alias
	breaches []Finding // of the contract
	unshown  []unshown // by clause of the contract

	outcomes []exit
	events   []Event
	points   []Point
	done     map[string][]bool // see tried
	// alikePoints are the places in points of those with a key.
	alikePoints map[pointKey][]int32
	names       *names // of the callee that is looked at
	spare       []*names
	slowest     *Slow
	strays      []string
	// entered holds, per unlock call, the lock it releases for the caller.
	entered map[ssa.Instruction]entry
	// own holds, per unlock call, an acquisition of this function it releases.
	own map[ssa.Instruction]known

	// ownWaits holds, per call that waits, an acquisition of this function it gives back.
	ownWaits map[token.Pos]ownWait

	released map[string][]ssa.Instruction // by class, where loops release locks
	lockings []locking
	// gaveBack: some lock may have been released and acquired again inside the function: it waits on
	// a Cond, or a callee does or releases a lock of its caller. Acquisition histories say nothing then.
	gaveBack bool

	// written are the captured variables that the function may store to, and nobody else
	// while it runs.
	written []int

	claims  map[any]*Claim
	claimed []*Claim // the same, in order
	checked []*Claim // of literals that this function runs

	seen    map[findingKey]bool
	leaked  map[leakKey]bool
	carried []carriedLeak
	batch   []*state // the states that have stood at the block being executed
	block   *ssa.BasicBlock
}

// entry is an unlock of the caller's lock and the conditions it happens under.
type entry struct {
	lock  *path.Node
	guard []Literal
}

func (w *walker) enteredAt(site ssa.Instruction, lock *path.Node, s *state) {
	if _, ok := w.chosen(s, lock); ok {
		return // it may well be held on this way
	}
	if old, ok := w.entered[site]; ok {
		w.entered[site] = entry{lock, commonGuard(old.guard, w.guard(s))}
		return
	}
	w.entered[site] = entry{lock, w.guard(s)}
}

type findingKey struct {
	kind FindingKind
	pos  token.Pos
	site ssa.Instruction
}

type leakKey struct {
	site  ssa.Instruction
	exit  token.Pos
	panic bool
}

type blockState struct {
	pending []*state
	first   *state            // the one that came first, as long as no other has come: it has no key yet
	done    map[string]*state // by key
	merged  map[string]*state // by merge key, once there are too many
	count   map[string]int
	queued  bool
}

// Walk analyses one function with a body. Its time is bounded.
func Walk(fn *ssa.Function, t *path.Table, env Env) *Result {
	w := newWalker(fn, t, env)
	w.walk()
	return w.res
}

func newWalker(fn *ssa.Function, t *path.Table, env Env) *walker {
	w := &walker{
		fn:   fn,
		name: env.Settled().name(fn), ways: make(map[way][]*Step), callSteps: make(map[stepKey]*Step),
		t:   t,
		env: env, watch: env.Watch(), uncalled: env.Uncalled(fn),
		info: newFuncInfo(fn, env),
		res: &Result{
			Fn:           fn,
			Releases:     make(map[ssa.Instruction][]ssa.Instruction),
			Paired:       make(map[ssa.Instruction][]string),
			Ended:        make(map[string][]Answer),
			Acquires:     make(map[ssa.Instruction][]HeldLock),
			CallsHolding: make(map[ssa.CallInstruction][]*path.Node),
		},
		keys:     keyer{ids: make(map[any]uint32)},
		entered:  make(map[ssa.Instruction]entry),
		own:      make(map[ssa.Instruction]known),
		ownWaits: make(map[token.Pos]ownWait),
		made:     make(map[ssa.Value]bool),
		gifts:    make(map[*ssa.Parameter]*path.Node),
		notNil:   make(map[*path.Node]*path.Node),
		seen:     make(map[findingKey]bool),
		leaked:   make(map[leakKey]bool),
		contract: env.Contract(fn),
		claims:   make(map[any]*Claim),
		aliases:  env.Aliases(fn),
	}
	r := &env.Settled().room
	w.events, w.points, w.spare = r.events, r.points, r.names
	*r = room{}
	if t.Trace != nil {
		w.why = t.Trace.Begin(fn)
	}
	if w.watch != nil {
		w.res.Stands = make(map[ssa.Instruction]*Standing)
	}
	if fn.Parent() != nil {
		_, writes := env.Static(fn)
		for _, i := range writes.Captured {
			if env.Settled().Confined(fn, i) {
				w.written = append(w.written, i)
			}
		}
	}
	w.state = make([]*blockState, len(fn.Blocks))
	w.queue.order = w.info.order
	w.limit = min(limits.MaxWork, max(limits.MaxWorkFloor, limits.MaxWorkRatio*w.info.instrs))
	return w
}

// walk executes the function until no block is left to which a new state comes.
func (w *walker) walk() {
	w.push(w.fn.Blocks[0], &state{})
	for w.queue.Len() > 0 && !w.res.GaveUp {
		b := heap.Pop(&w.queue).(*ssa.BasicBlock)
		w.state[b.Index].queued = false
		w.visit(b)
	}
	w.finish()
}

func (w *walker) push(b *ssa.BasicBlock, s *state) {
	bs := w.state[b.Index]
	if bs == nil {
		bs = new(blockState)
		w.state[b.Index] = bs
	}
	bs.pending = append(bs.pending, s)
	if !bs.queued {
		bs.queued = true
		heap.Push(&w.queue, b)
	}
}

// visit executes the states that wait at b, those that are new.
func (w *walker) visit(b *ssa.BasicBlock) {
	bs := w.state[b.Index]
	batch := bs.pending
	bs.pending = nil
	if bs.done == nil && len(batch) == 1 && bs.first == nil {
		// Most blocks are come to in one state only.
		s := batch[0]
		w.prune(s, b)
		s.sort()
		bs.first = s
		w.batch = append(w.batch[:0], s)
		w.execute(b, s.clone())
		return
	}
	soft := func(n *path.Node) bool { return n.Kind != path.Param && w.info.once(n) }
	if bs.done == nil {
		bs.done, bs.count = make(map[string]*state), make(map[string]int)
		if s := bs.first; s != nil {
			bs.done[string(w.keys.key(s, soft))] = s
			bs.count[w.keys.lockKey(s)]++
		}
	}
	var run []*state
	for _, s := range batch {
		w.prune(s, b)
		bytes := w.keys.key(s, soft)
		if old := bs.done[string(bytes)]; old != nil {
			// The same but for conditions that nobody tests again: forget those
			// the two do not share.
			if old.meet(s) && !slices.Contains(run, old) {
				run = append(run, old)
			}
			continue
		}
		key := string(bytes)
		lk := w.keys.lockKey(s)
		if bs.count[lk] < w.apart() {
			if bs.count[lk] == 0 && len(bs.count) >= limits.MaxLockSets && w.likeOther(bs, s) {
				continue
			}
			bs.count[lk]++
			if len(bs.count) > limits.MaxLockSets {
				w.giveUp(limits.LockSets)
				return
			}
			bs.done[key] = s
			run = append(run, s)
			continue
		}
		if bs.merged == nil {
			w.t.Limits.Hit(limits.Merged)
			bs.merged = make(map[string]*state)
		}
		mk := w.keys.mergeKey(s)
		m := bs.merged[mk]
		if m == nil {
			m = s
			for _, o := range batch {
				if o != s && w.keys.mergeKey(o) == mk {
					m.meet(o)
					run = slices.DeleteFunc(run, func(x *state) bool { return x == o })
				}
			}
			bs.merged[mk] = m
			run = append(run, m)
		} else if m.meet(s) && !slices.Contains(run, m) {
			run = append(run, m)
		}
	}
	// All that ever stood here tells states apart, not only what is new.
	w.batch = slices.AppendSeq(w.batch[:0], maps.Values(bs.done))
	w.batch = slices.AppendSeq(w.batch, maps.Values(bs.merged))
	for _, s := range run {
		w.execute(b, s.clone())
		if w.res.GaveUp {
			return
		}
	}
}

// apart returns how many states with one lock set are told apart at a block. A walk that takes long tells no more apart, so
// that it comes to an end.
func (w *walker) apart() int {
	if w.work > w.limit/4*3 {
		return 1
	}
	return limits.MaxMerged
}

// likeOther reports whether a state that has stood at a block holds what s does, and runs calls of the same defer
// statements, in another order or another number: there are any number of ways through a loop that defers.
func (w *walker) likeOther(bs *blockState, s *state) bool {
	w.t.Limits.Hit(limits.LockSets)
	key := w.keys.heldKey(s)
	for _, o := range bs.done {
		if w.keys.heldKey(o) == key {
			return true
		}
	}
	return false
}

// merge makes fewer states of very many that stand at one place, as visit does of those that come to a block.
func (w *walker) merge(states []*state) (out []*state) {
	w.t.Limits.Hit(limits.Merged)
	seen := make(map[string]bool)
	count := make(map[string]int)
	merged := make(map[string]*state)
	for _, s := range states {
		key := string(w.keys.key(s, func(*path.Node) bool { return false }))
		if seen[key] {
			continue
		}
		seen[key] = true
		if lk := w.keys.lockKey(s); count[lk] < limits.MaxMerged {
			count[lk]++
			out = append(out, s)
			continue
		}
		mk := w.keys.mergeKey(s)
		if m := merged[mk]; m != nil {
			m.meet(s)
			continue
		}
		merged[mk] = s
		out = append(out, s)
	}
	return out
}

// opposite reports whether the belief that key is val still separates paths at the current
// block: another state there believes the opposite, or has another lock set and no belief. Only
// then may a belief that is out of date prune a branch.
func (w *walker) opposite(s *state, key *path.Node, val bool) bool {
	lk := ""
next:
	for _, o := range w.batch {
		for _, c := range o.conds {
			if c.key == key {
				if c.val != val {
					return true
				}
				continue next
			}
		}
		if lk == "" {
			lk = w.keys.lockKey(s)
		}
		if w.keys.lockKey(o) != lk {
			return true
		}
	}
	return false
}

func (w *walker) execute(b *ssa.BasicBlock, s *state) {
	states := []*state{s}
	w.block = b
	for _, instr := range b.Instrs {
		if _, ok := instr.(*ssa.Phi); ok {
			continue // done on the edge
		}
		w.work += len(states)
		if w.work > w.limit {
			w.giveUp(limits.Work)
			return
		}
		if len(states) > 4*limits.MaxLockSets {
			if states = w.merge(states); len(states) > 4*limits.MaxLockSets {
				w.giveUp(limits.LockSets)
				return
			}
		}
		if w.why != nil {
			w.tell(states, instr)
		}
		switch instr := instr.(type) {
		case *ssa.If:
			for _, s := range states {
				w.branch(b, instr, s)
			}
			return
		case *ssa.Jump:
			for _, s := range states {
				w.enter(b, 0, s)
			}
			return
		case *ssa.Return:
			for _, s := range states {
				for _, s := range w.answers(s, instr) {
					w.exit(s, instr)
				}
			}
			return
		case *ssa.Panic:
			w.panicked = true
			if !isNoReturn(instr) && instr.Pos().IsValid() { // go/ssa ends a select without a default with one of its own
				for _, s := range states {
					w.panics(s, instr.Pos())
				}
			}
			return
		}
		if w.watch != nil {
			if _, isCall := instr.(ssa.CallInstruction); !isCall {
				for _, s := range states {
					w.stand(s, instr)
				}
			}
		}
		// Most instructions yield the state they are given.
		if len(states) == 1 {
			states = w.instr(states[0], instr)
			w.stuck = w.stuck || len(states) == 0
			if w.why != nil {
				w.doubted(states, instr)
			}
			continue
		}
		var next []*state
		for _, s := range states {
			next = append(next, w.instr(s, instr)...)
		}
		states = next
		w.stuck = w.stuck || len(states) == 0
		if w.why != nil {
			w.doubted(states, instr)
		}
	}
}

// isNoReturn reports whether the panic is the mark that go/ssa puts after a
// call that never returns.
func isNoReturn(p *ssa.Panic) bool {
	mi, ok := p.X.(*ssa.MakeInterface)
	if !ok {
		return false
	}
	instrs := p.Block().Instrs
	if len(instrs) < 3 {
		return false
	}
	call, ok := instrs[len(instrs)-3].(*ssa.Call)
	if !ok || call.Pos() != p.Pos() {
		return false
	}
	c, ok := mi.X.(*ssa.Const)
	return ok && c.Value != nil && c.Value.ExactString() == `"noreturn"`
}
