package summary

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/order"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/internal/why"
)

// recursiveRead reports whether a finding of a recursive read lock stands: a writer may come between the two.
func (j *judgement) recursiveRead(f flow.Finding) bool {
	if !j.hasWriter(f) {
		return j.drop(f, why.NoWriter, nil)
	}
	if j.aloneInTest(f) {
		return j.drop(f, why.TestAlone, f.Fn)
	}
	readers, writers := j.around(f)
	if by := j.oneGoroutine(readers, writers); by != nil {
		return j.drop(f, why.OneGoroutine, by)
	}
	return gate(readers, writers) == "" || j.drop(f, why.WritersGated, nil)
}

// hasWriter reports whether anybody may want the lock of a recursive read for
// writing. If not, reading recursively is harmless.
func (j *judgement) hasWriter(f flow.Finding) bool {
	class := f.Lock.Class()
	owner, fields := flow.Owner(j.table, j.analysis, f.Lock)
	if owner != nil && owner.Kind == path.Value && owner.Index == 0 && flow.IsMade(owner.Val) && ssax.Unshared(owner.Val, fields...) {
		return false
	}
	if class != "" {
		return j.writers[class] || !strings.HasPrefix(class, j.pkg.Pkg.Path()+".")
	}
	name := variable(f.Fn, f.Lock)
	if name == "" {
		return !isAlloc(f.Lock.Root())
	}
	top := ssax.Outermost(f.Fn)
	var writes func(fn *ssa.Function) bool
	writes = func(fn *ssa.Function) bool {
		if r := j.results[fn]; r != nil && slices.ContainsFunc(r.Writes, func(l *path.Node) bool { return variable(fn, l) == name }) {
			return true
		}
		return slices.ContainsFunc(fn.AnonFuncs, writes)
	}
	return writes(top)
}

// An acquisition is one of the lock of a recursive read, and the locks that are held there.
type acquisition struct {
	root *ssa.Function
	lock *path.Node
	held []order.Lock
}

// around returns, of a lock that a goroutine read-locks twice, the acquisitions on all the ways that lead to the first one, and all for writing.
func (j *judgement) around(f flow.Finding) (readers, writers []acquisition) {
	if len(f.First) == 0 {
		return nil, nil
	}
	class, first := lockName(f.Fn, f.Lock, model.Write), f.First[len(f.First)-1].Pos
	if class == "" {
		return nil, nil
	}
	for _, fn := range j.funcs {
		res := j.results[fn]
		if res == nil || !j.rootOf(fn).is {
			continue
		}
		for _, p := range res.Summary.Points {
			if p.Kind != flow.Acquires || lockName(fn, p.Lock, model.Write) != class {
				continue
			}
			at := acquisition{root: fn, lock: p.Lock}
			for _, h := range p.Held {
				if l := (order.Lock{Class: lockName(fn, h.Lock, model.Write), Mode: h.Mode}); !h.Maybe && l.Class != class {
					at.held = append(at.held, l)
				}
			}
			if p.Mode == model.Write {
				writers = append(writers, at)
			} else if endsAt(p.Steps, first) {
				readers = append(readers, at)
			}
		}
	}
	return readers, writers
}

// gate returns the lock because of which nobody can come to lock for writing, meanwhile, what a goroutine read-locks twice; "" if there is none:
// it is held at all acquisitions of both kinds, and for writing at all of one kind.
func gate(readers, writers []acquisition) string {
	if len(readers) == 0 || len(writers) == 0 {
		return ""
	}
	for _, h := range writers[0].held {
		if h.Class != "" && (allHold(writers, h.Class, model.Write) && allHold(readers, h.Class, model.Read) ||
			allHold(writers, h.Class, model.Read) && allHold(readers, h.Class, model.Write)) {
			return h.Class
		}
	}
	return ""
}

// allHold reports whether a lock is held at all acquisitions, for writing if mode says so.
func allHold(all []acquisition, class string, mode model.Mode) bool {
	return !slices.ContainsFunc(all, func(a acquisition) bool {
		return !slices.ContainsFunc(a.held, func(h order.Lock) bool { return h.Class == class && (h.Mode == model.Write || mode == model.Read) })
	})
}

// oneGoroutine returns the function of the goroutine that makes all acquisitions, of which there is one for each object that has the lock, or one
// alone; nil if there are others.
func (j *judgement) oneGoroutine(readers, writers []acquisition) *ssa.Function {
	if len(readers) == 0 || len(writers) == 0 {
		return nil
	}
	fn := readers[0].root
	root := j.rootOf(fn)
	if slices.ContainsFunc(append(slices.Clip(readers), writers...), func(a acquisition) bool {
		of := a.lock.Root()
		return a.root != fn || !root.alone && !(root.own && of.Kind == path.Param && of.Index == 0 && fn.Signature.Recv() != nil)
	}) {
		return nil
	}
	return fn
}

func endsAt(steps []*flow.Step, pos token.Pos) bool {
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
