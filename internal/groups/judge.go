package groups

import (
	"go/token"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/ssax"
)

// Kind is what is wrong with a WaitGroup.
type Kind uint8

// The kinds of reports.
const (
	Short     Kind = iota // a Wait waits for more than can be counted down
	Later                 // a Wait waits for a Done that comes only after it, in the same goroutine
	Circle                // a Wait waits for a Done of a goroutine that waits for this one
	Skipped               // a function or goroutine ends without the Done that it has on other paths
	Negative              // Done is called more often than what was added
	Twice                 // the same, as a path of a goroutine calls the Done itself that is deferred
	Early                 // Done may be called before Add, which comes after the go statement
	Inside                // a goroutine counts itself, and the Wait may be over before that
	Uncounted             // Done is called, and nothing is ever added
	Undrained             // a Wait waits for a goroutine that sends what is received only afterwards
)

// A Report is one WaitGroup that is wrong.
type Report struct {
	Kind Kind
	Pos  token.Pos       // where to report
	Add  ssa.Instruction // adds what is not counted down, the last one of Adds; nil if nothing does
	Adds []ssa.Instruction
	// Dones are others that count down what is too much, or what none of the goroutines comes to.
	Dones []ssa.Instruction
	Wait  ssa.Instruction // waits; nil if it is elsewhere
	Done  ssa.Instruction // of Later, Circle and Undrained: what is waited for
	Held  ssa.Instruction // of Circle: the Wait that comes before Done; of Undrained: the send
	Drain ssa.Instruction // of Undrained: the receive; nil if there is none
	// Deferred is the deferred Done of Twice.
	Deferred ssa.Instruction
	// Alone: of Inside, nobody else counts, and the function with the go statement waits.
	Alone bool
	// Left is how much too much is added, or counted down; Path says that it is so on some paths only.
	Left int64
	Path bool
	Fork token.Pos // where such a path parts from one that is right; may be unknown
}

// judge looks at what a unit does.
func (w *world) judge(u *unit) (reports []Report) {
	seen := make(map[ssa.Instruction]int)
	report := func(at ssa.Instruction, r Report) {
		if i, is := seen[at]; !is {
			seen[at] = len(reports)
			reports = append(reports, r)
		} else if o := reports[i]; o.Kind == Short && r.Kind == Short && r.Left < o.Left {
			reports[i] = r // the simplest path
		}
	}
	for _, p := range u.paths {
		if p.weak {
			continue
		}
		best := &play{root: p}
		best.run()
		if t := best.stuck(); t != nil {
			if w.sound(u, p, t.blocked.group) && !w.accident(u, p, t.blocked) && !w.measured(u, p, t.blocked.group) && t.own(u.fn) && !(w.main(u) && best.dones[t.blocked.group] == 0) {
				report(t.blocked.instr, w.hang(u, best, t))
			}
			continue
		}
		w.skips(u, best, report)
		w.negative(u, p, report)
		w.early(u, p, report)
		w.inside(u, p, report)
		w.left(u, p, report)
	}
	return reports
}

// own reports whether a goroutine waits in the function fn itself: another function that starts one to wait may do so in
// order to give up waiting.
func (t *thread) own(fn *ssa.Function) bool {
	in := t.blocked.instr.Parent()
	return t.by == nil || in == fn || ssax.Within(in, fn)
}

// main reports whether a unit is a program: many wait on purpose for what nobody counts down.
func (w *world) main(u *unit) bool { return u.fn.Name() == "main" && w.pkg.Pkg.Name() == "main" }

// accident reports whether all paths on which the Wait of e ends leave some loop early that this one has turned to its
// end: there may always be a reason to.
func (w *world) accident(u *unit, p *trace, e *event) bool {
	any := false
	for _, q := range u.paths {
		other := &play{root: q}
		if other.run(); other.stuck() != nil || !other.waits(e.instr) {
			continue
		}
		any = true
		early := false
		for at, ended := range p.ended {
			early = early || ended && q.leaves(at)
		}
		if !early {
			return false
		}
	}
	return any
}

// measured reports whether a WaitGroup is counted up by the size of something, and known to others on another path: how often it is handed out
// there may follow from that size, in ways that conditions do not show.
func (w *world) measured(u *unit, p *trace, g string) bool {
	sized := slices.ContainsFunc(p.events, func(e event) bool { return e.kind == add && e.group == g && e.n.sym != "" })
	return sized && w.own(p, g) && slices.ContainsFunc(u.paths, func(q *trace) bool { return !w.own(q, g) })
}

// stuck returns a goroutine that waits without end, nil if there is none.
func (p *play) stuck() *thread {
	for _, t := range p.threads {
		if t.blocked != nil {
			return t
		}
	}
	return nil
}

// sound reports whether all that happens to a WaitGroup on a path is in sight, and no accident of the path.
func (w *world) sound(u *unit, p *trace, g string) bool {
	if !w.own(p, g) && !w.closed(w.classes[g]) {
		return false
	}
	for in, sym := range p.loops {
		if !w.counted(u, p, g, in, sym) {
			return false
		}
	}
	return true
}

// own reports whether a WaitGroup is new, and known to nobody else.
func (w *world) own(p *trace, g string) bool {
	if w.base(g) == nil {
		return false
	}
	for key := range p.leaked {
		if under(g, key) {
			return false
		}
	}
	return true
}

// hang describes a Wait that does not end.
func (w *world) hang(u *unit, p *play, t *thread) Report {
	e := t.blocked
	r := Report{Kind: Short, Pos: e.instr.Pos(), Wait: e.instr, Left: t.before[e.group] - p.dones[e.group]}
	r.Adds = p.adders(e.group)
	r.Add = r.Adds[len(r.Adds)-1]
	r.Dones = w.unreached(p, e.group)
	rest := func(t *thread) (found ssa.Instruction) {
		for _, x := range t.events[t.pc:] {
			if x.kind == done && x.group == e.group && found == nil {
				found = x.instr
			}
			if x.kind == spawn && found == nil && x.most(e.group, p.root) > 0 {
				found = x.instr
			}
		}
		return found
	}
	if r.Done = rest(t); r.Done != nil {
		r.Kind = Later
	} else {
		for _, o := range p.threads {
			if d := rest(o); o != t && o.blocked != nil && d != nil {
				r.Kind, r.Done, r.Held = Circle, d, o.blocked.instr
			}
		}
	}
	for _, q := range u.paths {
		if q != p.root && q.adds(e.group, r.Add) {
			other := &play{root: q}
			other.run()
			if other.stuck() == nil && other.waits(e.instr) {
				r.Path = true
				r.Fork = fork(p.root, q)
			}
		}
	}
	return r
}

// fork returns where two paths part.
func fork(p, q *trace) (pos token.Pos) {
	for i, instr := range p.way {
		if i == len(q.way) {
			break
		}
		if br, ok := instr.(*ssa.If); ok {
			pos = br.Cond.Pos()
		}
		if q.way[i] != instr {
			return pos
		}
	}
	return token.NoPos
}

// added returns the last place that adds to a counter.
func (p *play) added(g string) (found ssa.Instruction) {
	for _, t := range p.threads {
		for _, e := range t.events {
			if e.kind == add && e.group == g {
				found = e.instr
			}
		}
	}
	return found
}

// adders returns all places that add to a counter, in the order in which they come.
func (p *play) adders(g string) (all []ssa.Instruction) {
	for _, t := range p.threads {
		for _, e := range t.events {
			if e.kind == add && e.group == g && !slices.Contains(all, e.instr) {
				all = append(all, e.instr)
			}
		}
	}
	return all
}

// unreached returns the places in goroutines at which Done is called of some WaitGroup on paths that are
// not taken.
func (w *world) unreached(p *play, g string) (all []ssa.Instruction) {
	for _, t := range p.threads {
		if t.by == nil || t.lastDone(g) != nil {
			continue
		}
		c, ok := t.by.instr.(ssa.CallInstruction)
		if !ok {
			continue
		}
		fn, _ := c.Common().Value.(*ssa.Function)
		if mc, ok := c.Common().Value.(*ssa.MakeClosure); ok {
			fn = mc.Fn.(*ssa.Function)
		}
		if fn == nil {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if c, ok := instr.(ssa.CallInstruction); ok {
					if k, is := op(c.Common()); is && k == done {
						all = append(all, instr)
					}
				}
			}
		}
	}
	return all
}

// dones returns the places where a goroutine, or one that it starts, counts down, but for one.
func (t *trace) dones(g string, but ssa.Instruction) (all []ssa.Instruction) {
	for _, e := range t.events {
		if e.kind == done && e.group == g && e.instr != but && !slices.Contains(all, e.instr) {
			all = append(all, e.instr)
		}
		for _, a := range e.alts {
			for _, d := range a.dones(g, but) {
				if !slices.Contains(all, d) {
					all = append(all, d)
				}
			}
		}
	}
	return all
}

func (p *play) waits(instr ssa.Instruction) bool {
	return slices.ContainsFunc(p.threads, func(t *thread) bool {
		return slices.ContainsFunc(t.events, func(e event) bool { return e.kind == wait && e.instr == instr })
	})
}

// skips reports the paths of goroutines that do not count down what others do.
func (w *world) skips(u *unit, best *play, report func(ssa.Instruction, Report)) {
	if u.partial {
		return
	}
	for i := range best.root.events {
		e := &best.root.events[i]
		if e.kind != spawn || len(e.alts) < 2 {
			continue
		}
		chosen := best.choice(best.threads[0], e)
		for _, a := range e.alts {
			if a.weak || !a.fits(best.root) {
				continue
			}
			w.negativeIn(u, best.root, e, a, report)
			if a == chosen || a.byTurns(chosen) {
				continue
			}
			p := &play{root: best.root, choose: map[*event]*trace{e: a}}
			p.run()
			t := p.stuck()
			if t == nil {
				w.leftBy(u, best.root, e, a, report)
				continue
			}
			g := t.blocked.group
			if !w.sound(u, best.root, g) || !w.everywhere(u, e, a, func(q *trace) bool { return q.total(g, nil) > 0 || q.hangs() }) {
				continue
			}
			if t.by == e {
				r := w.hang(u, p, t)
				r.Path = true
				report(t.blocked.instr, r)
				continue
			}
			r := Report{Kind: Skipped, Pos: a.end, Wait: t.blocked.instr, Add: p.added(g), Path: true}
			if r.Add == nil {
				continue
			}
			if a.total(g, best.root) >= chosen.total(g, best.root) && a.total(g, best.root) <= chosen.total(g, best.root) {
				r = w.hang(u, p, t) // as many Done, but too late
				r.Path = true
				report(t.blocked.instr, r)
				continue
			}
			report(e.instr, r)
		}
	}
}

// byTurns reports whether a goroutine does something else than on another path only because a loop has turned more or
// less often, which may be impossible: it counts down in the loop, or has left it before the loop's end.
func (t *trace) byTurns(o *trace) bool {
	for at := range t.ended {
		if t.ended[at] && o.leaves(at) {
			return true
		}
	}
	for g := range o.groups() {
		for in := range o.loops {
			if o.net(in, g) != 0 {
				return true
			}
		}
	}
	return false
}

// leaves reports whether a loop was left otherwise than by its condition.
func (t *trace) leaves(at place) bool {
	for in := range t.loops {
		if in.fn == at.fn && in.loop == at.loop && !t.ended[in] {
			return true
		}
	}
	return false
}

// hangs reports whether somebody waits without end even if all goroutines do what is best.
func (t *trace) hangs() bool {
	p := &play{root: t}
	p.run()
	return p.stuck() != nil
}

// everywhere reports whether something holds on all paths that start the goroutine e if it does a, and there is one. A
// loop may start it more than once; what it does there may differ by what it is started with.
func (w *world) everywhere(u *unit, e *event, a *trace, holds func(*trace) bool) bool {
	sig, found := a.signature(), false
	for _, q := range u.paths {
		for i, f := range q.events {
			if f.kind != spawn || f.instr != e.instr {
				continue
			}
			at := slices.IndexFunc(f.alts, func(b *trace) bool { return b.end == a.end && b.signature() == sig })
			if at < 0 {
				at = slices.IndexFunc(f.alts, func(b *trace) bool { return b.signature() == sig })
			}
			if at < 0 || !f.alts[at].fits(q) {
				continue
			}
			found = true
			c := *q
			c.events = slices.Clone(q.events)
			c.events[i].alts = []*trace{f.alts[at]}
			if !holds(&c) {
				return false
			}
			break
		}
	}
	return found
}

// left reports a path of a function that does not count down what it has added, where another one does, and
// nobody else can.
func (w *world) left(u *unit, p *trace, report func(ssa.Instruction, Report)) {
	if u.partial || !p.end.IsValid() {
		return
	}
	for g := range p.groups() {
		class := w.classes[g]
		if w.own(p, g) || class == nil || p.total(g, nil) <= 0 || w.waited[class] == nil || !w.closed(class) || !w.sound(u, p, g) {
			continue
		}
		added := (&play{threads: []*thread{{trace: p}}}).added(g)
		if added == nil {
			continue
		}
		if slices.ContainsFunc(u.paths, func(q *trace) bool { return q.adds(g, added) && q.total(g, nil) <= 0 }) {
			report(added, Report{Kind: Skipped, Pos: p.end, Add: added, Wait: w.waited[class], Path: true})
		}
	}
}

// leftBy is left for a path of a goroutine.
func (w *world) leftBy(u *unit, p *trace, e *event, a *trace, report func(ssa.Instruction, Report)) {
	for g := range p.groups() {
		class := w.classes[g]
		if w.own(p, g) || class == nil || p.total(g, nil) > 0 || w.waited[class] == nil || !w.closed(class) || !w.sound(u, p, g) {
			continue
		}
		if w.everywhere(u, e, a, func(q *trace) bool { return q.total(g, nil) > 0 }) {
			report(e.instr, Report{Kind: Skipped, Pos: a.end, Add: (&play{threads: []*thread{{trace: p}}}).added(g), Wait: w.waited[class], Path: true})
		}
	}
}
