package summary

import (
	"go/token"
	"go/types"
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
)

// gated returns the lock because of which nobody can come to lock for writing, meanwhile, a lock that a
// goroutine read-locks twice; "" if there is none: all that do so hold this other lock for writing, the
// gate, and the goroutine holds it, too, on all the ways that lead to its first acquisition.
func (j *judgement) gated(f flow.Finding) string {
	if len(f.First) == 0 {
		return ""
	}
	class, first := lockName(f.Fn, f.Lock, model.Write), f.First[len(f.First)-1].Pos
	if class == "" {
		return ""
	}
	var readers, writers [][]flow.HeldLock
	holder := make(map[*flow.HeldLock]string)
	for _, fn := range j.funcs {
		res := j.results[fn]
		if res == nil || !j.rootOf(fn).is {
			continue
		}
		for _, p := range res.Summary.Points {
			if p.Kind != flow.Acquires || lockName(fn, p.Lock, model.Write) != class {
				continue
			}
			for i := range p.Held {
				holder[&p.Held[i]] = lockName(fn, p.Held[i].Lock, model.Write)
			}
			if p.Mode == model.Write {
				writers = append(writers, p.Held)
			} else if endsAt(p.Steps, first) {
				readers = append(readers, p.Held)
			}
		}
	}
	if len(writers) == 0 || len(readers) == 0 {
		return ""
	}
	has := func(held []flow.HeldLock, gate string, write bool) bool {
		for i := range held {
			if h := &held[i]; holder[h] == gate && !h.Maybe && (h.Mode == model.Write || !write) {
				return true
			}
		}
		return false
	}
	for i := range writers[0] {
		gate := holder[&writers[0][i]]
		if gate != "" && gate != class &&
			!slices.ContainsFunc(writers, func(held []flow.HeldLock) bool { return !has(held, gate, true) }) &&
			!slices.ContainsFunc(readers, func(held []flow.HeldLock) bool { return !has(held, gate, false) }) {
			return gate
		}
	}
	return ""
}

func endsAt(steps []flow.Step, pos token.Pos) bool {
	return len(steps) > 0 && steps[len(steps)-1].Pos == pos
}

// callersLocks returns locks that all calls of fn are made with, where fn is a method of a type that
// others cannot name: it is exported, and yet only the package calls it.
func (a *analysis) callersLocks(fn *ssa.Function, depth int) (locks []order.Lock) {
	fi := a.info[fn]
	if depth > limits.MaxGates || len(fi.callers) == 0 || fi.valued || fi.spawned > 0 || fn.Parent() != nil || a.vis.Callable(fn) {
		return nil
	}
	if recv := fn.Signature.Recv(); recv != nil {
		if named, ok := deref(recv.Type()).(*types.Named); !ok || a.boxed[named.Obj()] || a.invoked[fn.Name()] {
			return nil
		}
	}
	for i, c := range fi.callers {
		caller := c.Parent()
		held := a.callersLocks(caller, depth+1)
		if r := a.results[caller]; r != nil {
			for _, lock := range r.CallsHolding[c] {
				if l := lockIn(caller, lock, model.Write); l.Class != "" {
					held = append(held, l)
				}
			}
		}
		if i == 0 {
			locks = held
			continue
		}
		locks = slices.DeleteFunc(locks, func(l order.Lock) bool {
			return !slices.ContainsFunc(held, func(h order.Lock) bool { return h.Class == l.Class })
		})
	}
	return locks
}
