package flow

import (
	"slices"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// A Watch says of an instruction whether somebody wants to know what is held where it is
// executed, and which values there matter: nil values don't. The nil Watch wants nothing.
type Watch func(instr ssa.Instruction) (values []ssa.Value, ok bool)

// A Standing is what is known where an instruction is executed, on all paths that lead
// to it.
type Standing struct {
	Values []*path.Node // those that the Watch named; nil if paths differ in one
	New    []bool       // by value: no other goroutine can know the object
	Held   []Stood      // on every path
	Maybe  []*path.Node // on some path, or perhaps
}

// Stood is a lock that is held, and where it was acquired.
type Stood struct {
	Lock  *path.Node
	Mode  model.Mode
	Steps []*Step
	Then  []Passed // acquired since, while it was held
	site  ssa.Instruction
}

// stand notes what is held where s is about to execute instr.
func (w *walker) stand(s *state, instr ssa.Instruction) {
	values, ok := w.watch(instr)
	if !ok {
		return
	}
	old := w.res.Stands[instr]
	st := old
	if old == nil {
		st = &Standing{Values: make([]*path.Node, len(values)), New: make([]bool, len(values))}
		w.res.Stands[instr] = st
	}
	for i, v := range values {
		if v == nil {
			continue
		}
		n := w.node(s, v)
		isNew := w.fresh(n, instr)
		switch {
		case old == nil:
			st.Values[i], st.New[i] = n, isNew
		case st.Values[i] != n:
			st.Values[i] = nil
			fallthrough
		default:
			st.New[i] = st.New[i] && isNew
		}
	}
	for _, h := range s.locks.Held() {
		if !slices.Contains(st.Maybe, h.Lock) {
			st.Maybe = append(st.Maybe, h.Lock)
		}
		if old == nil && !h.Is(lockset.Unsure) {
			st.Held = append(st.Held, Stood{Lock: h.Lock, Mode: h.Mode, Steps: h.By.steps, site: h.By.site})
		}
	}
	if old == nil {
		return
	}
	st.Held = slices.DeleteFunc(st.Held, func(o Stood) bool {
		return !slices.ContainsFunc(s.locks.Held(), func(h known) bool { return h.Lock == o.Lock && !h.Is(lockset.Unsure) && h.Mode == o.Mode })
	})
}

// standHistories adds what has been locked while other locks were held.
func (w *walker) standHistories() {
	if len(w.lockings) < 2 {
		return
	}
	for instr, st := range w.res.Stands {
		for i := range st.Held {
			if h := &st.Held[i]; h.site != nil {
				h.Then = w.passed(h.site, instr)
			}
		}
	}
}
