package distlock

import (
	"slices"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// overwrite: the function that takes the lock sets its key, whatever it was.
func overwrite(c *checker) {
	c.events(client.Write, func(w *trace.Event) {
		if w.Depth > 0 || w.Mode != trace.Now || w.Queued || w.Guarded() || !takes(w.Fn) || calledMarker(w) {
			return
		}
		// The function asks another lock, this one in another way, or who has it.
		if slices.ContainsFunc(w.Fn.Events, func(e *trace.Event) bool {
			return e != w && (e.Op == client.Acquire || e.Op == client.Read || e.Op == client.Write)
		}) || c.asksLocker(w) || !c.unlocked(w) {
			return
		}
		c.reportf(w.Instr, "everybody gets %s: %s sets it whether or not somebody has it", c.lockName(w), w.Command)
	})
}

// takes reports whether a function is called as one that takes a lock, and nothing
// else: Lock, and not LockAccount.
func takes(f *trace.Func) bool {
	return f.Parent() == nil && takeName(f.Name())
}

// takeName reports whether a name says that a lock is taken: tryLock, and not renewLock.
func takeName(name string) bool {
	return words.Has(name, takeWords) && rest(name) == "" && !words.Has(name, renewWords) && !words.Has(name, releaseWords)
}

var takeWords = words.Of(`lock trylock mlock dlock acquire obtain`)

// unlocked reports whether a key that is set is deleted by a function that is called
// as one that gives up a lock, and that nobody looks at it in between: what others
// look at is a state.
func (c *checker) unlocked(w *trace.Event) bool {
	given := false
	for _, t := range c.templatesOf(w) {
		for _, e := range c.templates[t] {
			switch {
			case !sameStore(e, w):
			case e.Op == client.Read || e.Op == client.Acquire:
				return false
			case e.Op == client.Release && words.Has(e.Fn.Name(), releaseWords):
				given = true
			}
		}
	}
	return given
}

// asksLocker reports whether a function calls another that takes a lock of a store
// first: one with a context, which a lock of the process has not.
func (c *checker) asksLocker(w *trace.Event) bool {
	for _, call := range callsIn(w.Fn.Function) {
		fn := client.Callee(call)
		if fn == nil || !takeName(fn.Name()) || client.PkgPath(fn) == "sync" {
			continue
		}
		return true
	}
	return false
}
