package blockinglock

import (
	"fmt"
	"slices"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/brief"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// A stream is the calls of a function of another package that returns a channel on which others send with a lock held.
type stream struct {
	calls []*ssa.Call
	event *flow.Event
}

// streams reports loops that receive what an object of another package sends with a lock held, and wait for the lock between two messages, or once they
// have received the last one.
func streams(pass *analysis.Pass, res *lockflow.Result) {
	if res.SSA == nil || off.Skips("channel") {
		return
	}
	var order, subscribers []*ssa.Function
	by := make(map[*ssa.Function]*stream)
	var look func(fn *ssa.Function)
	look = func(fn *ssa.Function) {
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				if peers.Subscribes(instr, res.Summary.Foreign) && !ssax.InTest(fn) && !slices.Contains(subscribers, fn) {
					subscribers = append(subscribers, fn)
				}
				e := peers.StreamOf(instr, pass.Pkg, res.Summary.Foreign)
				if e == nil || ssax.InTest(fn) {
					continue
				}
				call := instr.(*ssa.Call)
				getter := call.Call.StaticCallee()
				if by[getter] == nil {
					by[getter] = &stream{event: e}
					order = append(order, getter)
				}
				by[getter].calls = append(by[getter].calls, call)
			}
		}
		for _, lit := range fn.AnonFuncs {
			look(lit)
		}
	}
	for _, fn := range res.SSA.SrcFuncs {
		if fn.Parent() == nil {
			look(fn)
		}
	}
	seen := make(map[ssa.Instruction]bool)
	for _, getter := range order {
		for _, s := range res.Peers().Streamed(by[getter].calls, by[getter].event) {
			if !seen[s.At] {
				seen[s.At] = true
				reportStream(pass, lockflow.Speak(pass), s, "waits for %s (%s), which %s holds while it sends to this loop (%s): deadlock",
					"waits for %s, which %s holds while it sends to this loop (%s): deadlock", "waits for %s, held by who sends to this loop (%s): deadlock")
			}
		}
	}
	for _, fn := range subscribers {
		for _, s := range res.Peers().Leaves(fn, res.Summary.Foreign) {
			if !seen[s.At] {
				seen[s.At] = true
				reportStream(pass, lockflow.Speak(pass), s, "waits for %s (%s), which %s holds while it sends (%s), and nothing receives any more: deadlock",
					"waits for %s, which %s holds while it sends (%s), and nothing receives: deadlock", "waits for %s, held by who sends (%s), and nothing receives: deadlock")
			}
		}
	}
}

// reportStream says that a function waits for a lock which who sends to it holds, in one of three sentences, from the longest to the shortest.
func reportStream(pass *analysis.Pass, speak *lockflow.Speaker, s peers.Streamed, long, middle, short string) {
	lock := speak.Lock(s.Fn, s.Lock, nil)
	last, send := s.Steps[len(s.Steps)-1], s.Send[len(s.Send)-1]
	at, from := speak.At(last), speak.At(send)
	d := analysis.Diagnostic{Pos: s.Steps[0].Pos, Category: "channel"}
	d.Message = brief.Fit(brief.Message,
		fmt.Sprintf(long, lock, at, send.Func, from), fmt.Sprintf(middle, lock, send.Func, from), fmt.Sprintf(short, lock, from))
	d.Related = append(speak.Related(s.Send, lock, ""), speak.Related(s.Steps, lock, "")...)
	pass.Report(d)
}
