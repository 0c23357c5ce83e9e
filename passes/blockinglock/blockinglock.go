package blockinglock

import (
	"cmp"
	_ "embed"
	"flag"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/rules"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/summary"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports waits under a lock for a goroutine that needs that lock.
var Analyzer = &analysis.Analyzer{
	Name:     "blockinglock",
	Doc:      checkdoc.Extract(doc, "blockinglock"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/blockinglock.md",
	Run:      lockflow.Check(run),
	Flags:    flags(),
	Requires: []*analysis.Analyzer{lockflow.Analyzer, ctrlflow.Analyzer},
}

// off has the categories that are off by default.
var off rules.Off

func flags() flag.FlagSet {
	var fs flag.FlagSet
	off = rules.NewOff(&fs, map[string]string{
		"buffer":   "report sends, under a lock, on a channel with a buffer, whose receivers need the lock when it is full",
		"itself":   "report goroutines that add themselves to a WaitGroup",
		"excess":   "report WaitGroups to which every path adds more than Done takes away",
		"negative": "report WaitGroups with more calls of Done than what was added",
	})
	return fs
}

// waits says, by kind of operation, the category and what is done, with a place for the
// channel or synchroniser.
var waits = map[peers.Kind]struct{ category, does string }{
	peers.Send:     {"channel", "send to %s"},
	peers.Receive:  {"channel", "receive from %s"},
	peers.Range:    {"channel", "range over %s"},
	peers.Wait:     {"waitgroup", "%s.Wait"},
	peers.CondWait: {"cond", "%s.Wait"},
	peers.Shutdown: {"shutdown", "%s.Shutdown"},
	peers.Join:     {"joined", "wait of %s"},
	peers.Poll:     {"poll", "loop until %s changes"},
}

// roles says what the other side is called: one, and several.
var roles = map[peers.Kind][2]string{
	peers.Send: {"sender", "senders"}, peers.Receive: {"receiver", "receivers"}, peers.Range: {"receiver", "receivers"},
	peers.Close: {"close", "closes"}, peers.Done: {"Done", "Dones"}, peers.Go: {"goroutine", "goroutines"}, peers.Signal: {"signal", "signals"},
	peers.Serve: {"handler", "handlers"}, peers.Served: {"goroutine", "goroutines"}, peers.Change: {"change", "changes"},
}

// missing says what nothing does if there is no other side.
var missing = map[peers.Kind]string{
	peers.Send: "receives from it", peers.Receive: "sends to it or closes it", peers.Range: "closes it", peers.Wait: "calls its Done",
}

func run(pass *analysis.Pass, res *lockflow.Result) error {
	inLoops := loops(pass)
	nilFuncs(pass)
	again(pass, res)
	if err := counts(pass, res, inLoops); err != nil {
		return err
	}
	streams(pass, res)
	if len(res.Blocked) == 0 {
		return nil
	}
	r := &reporter{pass: pass, speak: lockflow.Speak(pass), graph: res.Peers(), seen: make(map[ssa.Instruction]string)}
	for _, b := range res.Blocked {
		if _, seen := r.seen[b.Op]; !seen {
			r.wait(b)
		}
	}
	return nil
}

type reporter struct {
	pass  *analysis.Pass
	speak *lockflow.Speaker
	graph *peers.Graph
	seen  map[ssa.Instruction]string // the waits that are reported, with the place where the lock was acquired
}

// stuck returns the lock, of those held at a wait, because of which the wait does not
// end: the last one that somebody else wants, if any.
func (r *reporter) stuck(b summary.Blocking) (lock flow.HeldLock, v *peers.Verdict) {
	for _, h := range slices.Backward(b.Held) {
		if h.Maybe {
			continue
		}
		got := r.graph.Stuck(peers.Question{Op: b.Op, Root: b.Root, Steps: b.Steps, Lock: h, Later: b.Later != ""})
		if got != nil && (v == nil || v.Never && v.Close == nil) {
			lock, v = h, got
		}
	}
	return lock, v
}

// nameAt returns the step at which a lock is called as readers know it: where it is locked, unless that is the Lock method of a lock that is made
// of another one.
func nameAt(steps []*flow.Step) []*flow.Step {
	last := steps[len(steps)-1:]
	if len(steps) > 1 && (strings.HasSuffix(last[0].Func, ".Lock") || strings.HasSuffix(last[0].Func, ".RLock")) {
		return nil
	}
	return last
}

// wait reports a wait if it does not end.
func (r *reporter) wait(b summary.Blocking) {
	h, v := r.stuck(b)
	if v == nil {
		return
	}
	since := r.speak.At(h.Steps[len(h.Steps)-1])
	for op, held := range r.seen {
		if held == since && op.Parent() == b.Op.Parent() && ssax.Dominates(op, b.Op) {
			return // it does not come here
		}
	}
	ops := r.graph.Ops(b.Op)
	lock := r.speak.Lock(b.Root, h.Lock, nameAt(h.Steps))
	category := waits[ops[0].Kind].category
	if len(ops) == 1 && !v.Never && r.graph.Queues(ops[0]) {
		category = "buffer"
	}
	if off.Skips(category) {
		return
	}
	r.seen[b.Op] = since
	what := "select"
	if len(ops) == 1 {
		what = fmt.Sprintf(waits[ops[0].Kind].does, r.channel(ops[0]))
	}
	begin := fmt.Sprintf("%s with %s held (since %s): ", what, lock, since)
	d := analysis.Diagnostic{Pos: b.Steps[len(b.Steps)-1].Pos, Category: category}
	d.Related = append(r.speak.Related(h.Steps, lock, " first"), r.speak.Related(b.Steps, lock, "")...)
	end, short := ": deadlock", ""
	switch {
	case v.Limited:
		end = ": only its context or time ends it"
	case len(ops) == 1 && ops[0].Kind == peers.Send && ops[0].Buffered():
		end += " once full"
	}
	if v.Close != nil {
		end = fmt.Sprintf(", and its close (%s) must lock it, too (%s): deadlock", r.at(v.Close.Op), r.speak.At(v.Close.Steps[len(v.Close.Steps)-1]))
		short = ", and its close must lock it, too: deadlock"
	}
	switch {
	case v.Never && v.Close != nil:
		d.Category = "never"
		d.Message = fmt.Sprintf("%snothing %s, and its close (%s) must lock %s first (%s)", begin, missing[ops[0].Kind], r.at(v.Close.Op), lock, r.speak.At(v.Close.Steps[len(v.Close.Steps)-1]))
	case v.Never:
		d.Category = "never"
		d.Message = begin + "nothing " + missing[ops[0].Kind]
	default:
		others := r.others(v.Peers, lock, false)
		d.Message = brief.Fit(brief.Message, begin+r.others(v.Peers, lock, true)+end, begin+others+end, fmt.Sprintf("%s with %s held: %s%s", what, lock, others, end), fmt.Sprintf("%s with %s held: %s%s", what, lock, others, cmp.Or(short, end)))
		for _, p := range v.Peers {
			d.Related = append(d.Related, r.related(p, lock)...)
		}
	}
	if v.Close != nil {
		d.Related = append(d.Related, r.related(v.Close, lock)...)
	}
	r.pass.Report(d)
}

// others says which operations of others need the lock first, and where each is if
// places is set.
func (r *reporter) others(bound []*peers.Bound, lock string, places bool) string {
	kinds := make(map[string]int) // how many there are of each role
	var who, at []string
	for _, b := range bound {
		place := r.at(b.Op)
		if b.Wait != nil {
			place += fmt.Sprintf(", after the wait at %s", r.at(b.Wait))
		}
		if slices.Contains(at, place) {
			continue
		}
		at = append(at, place)
		role := roles[b.Op.Kind]
		if kinds[role[0]]++; kinds[role[0]] == 1 {
			who = append(who, role[0])
		} else if i := slices.Index(who, role[0]); i >= 0 {
			who[i] = role[1]
		}
	}
	whom := "its " + strings.Join(who, " and ")
	if places {
		whom += " (" + strings.Join(at, ", ") + ")"
	}
	if bound[0].Ended {
		return fmt.Sprintf("%s may have ended (%s)", whom, r.speak.At(&flow.Step{Pos: bound[0].End}))
	}
	first := bound[0].Steps[len(bound[0].Steps)-1]
	if bound[0].Left {
		return fmt.Sprintf("%s may receive no more, and wait for %s (%s)", whom, lock, r.speak.At(first))
	}
	return fmt.Sprintf("%s must lock %s first (%s)", whom, lock, r.speak.At(first))
}

func (r *reporter) related(b *peers.Bound, lock string) []analysis.RelatedInformation {
	rel := r.speak.Related(b.Steps, lock, " first")
	return append(rel, analysis.RelatedInformation{Pos: pos(b.Op), Message: "the " + roles[b.Op.Kind][0] + " that is waited for"})
}

func (r *reporter) at(op *peers.Op) string { return r.speak.At(&flow.Step{Pos: pos(op)}) }

func pos(op *peers.Op) token.Pos {
	if s, ok := op.Instr.(*ssa.Select); ok {
		return s.States[op.Case].Pos
	}
	return op.Instr.Pos()
}

// channel names what an operation acts on.
func (r *reporter) channel(op *peers.Op) string {
	if op.Kind == peers.Join {
		return op.Callee()
	}
	if text, ok := r.graph.Name(op).Spell(op.Fn); ok {
		return text
	}
	switch op.Kind {
	case peers.Wait, peers.Done, peers.Add, peers.Go:
		return "the WaitGroup"
	case peers.CondWait, peers.Signal:
		return "the Cond"
	}
	return "the channel"
}

// again reports calls of Do of a sync.Once by the function that Do runs.
func again(pass *analysis.Pass, res *lockflow.Result) {
	for _, f := range res.Findings {
		if f.Kind != flow.OnceAgain {
			continue
		}
		speak := lockflow.Speak(pass)
		once := speak.Lock(f.Fn, f.Lock, f.First, f.Again)
		from, to := speak.Range(f.Pos)
		pass.Report(analysis.Diagnostic{
			Pos: from, End: to, Category: "once",
			Message: fmt.Sprintf("%s.Do is called by the function that it runs (at %s%s): a deadlock, since each waits for the other", once, speak.At(f.Again[len(f.Again)-1]), lockflow.By(f.Again)),
			Related: append(speak.Related(f.First, once, " first"), speak.Related(f.Again, once, " again, and waits for the first call")...),
		})
	}
}
