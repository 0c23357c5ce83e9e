package blockinglock

import (
	_ "embed"
	"fmt"
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/passes/ctrlflow"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/summary"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports waits under a lock for somebody who needs that lock.
var Analyzer = &analysis.Analyzer{
	Name:     "blockinglock",
	Doc:      checkdoc.Extract(doc, "blockinglock"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/blockinglock.md",
	Run:      run,
	Requires: []*analysis.Analyzer{lockflow.Analyzer, ctrlflow.Analyzer},
}

// waits says, by kind of operation, the category and what is done to the channel or
// synchroniser.
var waits = map[peers.Kind]struct{ category, does string }{
	peers.Send:     {"channel", "is sent to"},
	peers.Receive:  {"channel", "is received from"},
	peers.Range:    {"channel", "is ranged over until it is closed,"},
	peers.Wait:     {"waitgroup", "is waited for"},
	peers.CondWait: {"cond", "is waited on"},
}

// roles says what the other side is called, and what nobody does if there is none.
var roles = map[peers.Kind]string{
	peers.Send: "sender", peers.Receive: "receiver", peers.Range: "receiver", peers.Close: "close",
	peers.Done: "Done", peers.Go: "goroutine", peers.Signal: "signal",
}

var missing = map[peers.Kind]string{
	peers.Send: "receives from it", peers.Receive: "sends to it or closes it", peers.Range: "closes it", peers.Wait: "calls its Done",
}

func run(pass *analysis.Pass) (any, error) {
	inLoops := loops(pass)
	nilFuncs(pass)
	res, err := lockflow.Of(pass)
	if err != nil {
		return nil, err
	}
	again(pass, res)
	if err := counts(pass, res, inLoops); err != nil {
		return nil, err
	}
	if len(res.Blocked) == 0 {
		return nil, nil
	}
	r := &reporter{pass: pass, speak: lockflow.Speak(pass), graph: res.Peers(), seen: make(map[ssa.Instruction]string)}
	for _, b := range res.Blocked {
		if _, seen := r.seen[b.Op]; !seen {
			r.wait(b)
		}
	}
	return nil, nil
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
	r.seen[b.Op] = since
	ops := r.graph.Ops(b.Op)
	lock := r.speak.Lock(b.Root, h.Lock, h.Steps[len(h.Steps)-1:])
	what, category := "", waits[ops[0].Kind].category
	if len(ops) > 1 {
		what = "a select statement waits"
	} else {
		what = r.channel(ops[0]) + " " + waits[ops[0].Kind].does
	}
	d := analysis.Diagnostic{Pos: b.Steps[len(b.Steps)-1].Pos, Category: category}
	d.Message = fmt.Sprintf("%s with %s held since %s", what, lock, since)
	d.Related = append(r.speak.Related(h.Steps, lock, " first"), r.speak.Related(b.Steps, lock, "")...)
	if v.Never {
		d.Category = "never"
		d.Message += ": nobody " + missing[ops[0].Kind]
	} else {
		d.Message += ": " + r.others(v.Peers, lock)
		for _, p := range v.Peers {
			d.Related = append(d.Related, r.related(p, lock)...)
		}
	}
	if v.Close != nil {
		d.Message += fmt.Sprintf(", and its close (%s) needs %s first, at %s", r.at(v.Close.Op), lock, r.speak.At(v.Close.Steps[len(v.Close.Steps)-1]))
		d.Related = append(d.Related, r.related(v.Close, lock)...)
	}
	r.pass.Report(d)
}

// others says who needs the lock before acting.
func (r *reporter) others(bound []*peers.Bound, lock string) string {
	var who []string
	for _, b := range bound {
		w := fmt.Sprintf("its %s (%s)", roles[b.Op.Kind], r.at(b.Op))
		if b.Wait != nil {
			w += fmt.Sprintf(" waits at %s for what", r.at(b.Wait))
		}
		if !slices.Contains(who, w) {
			who = append(who, w)
		}
	}
	first := bound[0].Steps[len(bound[0].Steps)-1]
	needs := "needs"
	if len(who) > 1 {
		needs = "need"
	}
	return fmt.Sprintf("%s %s %s first, at %s, so neither goes on", strings.Join(who, " and "), needs, lock, r.speak.At(first))
}

func (r *reporter) related(b *peers.Bound, lock string) []analysis.RelatedInformation {
	rel := r.speak.Related(b.Steps, lock, " first")
	return append(rel, analysis.RelatedInformation{Pos: pos(b.Op), Message: "the " + roles[b.Op.Kind] + " that is waited for"})
}

func (r *reporter) at(op *peers.Op) string { return r.speak.At(flow.Step{Pos: pos(op)}) }

func pos(op *peers.Op) token.Pos {
	if s, ok := op.Instr.(*ssa.Select); ok {
		return s.States[op.Case].Pos
	}
	return op.Instr.Pos()
}

// channel names what an operation acts on.
func (r *reporter) channel(op *peers.Op) string {
	if text, ok := r.graph.Name(op).Spell(op.Fn); ok {
		return text
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
			Message: fmt.Sprintf("%s.Do is called again by the function it runs, at %s%s, which deadlocks: it returns only after that function has", once, speak.At(f.Again[len(f.Again)-1]), lockflow.By(f.Again)),
			Related: append(speak.Related(f.First, once, " first"), speak.Related(f.Again, once, " again, and waits for the first call")...),
		})
	}
}
