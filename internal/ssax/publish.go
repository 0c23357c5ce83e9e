package ssax

import (
	"go/token"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// Publications returns the places where the object v gets known to others: where it, or
// an object that it has been put into, is stored, sent, captured, passed on, or a goroutine
// is started with it. A method called on it is expected to keep it, if its body does not show that it
// starts a goroutine with it (see handsOut), and so is a callee whose body shows that it does. What is deferred happens where the function's deferred calls run.
//
// This is the ownership domain of RacerD: Blackshear et al., "RacerD: compositional static
// race detection" (OOPSLA 2018).
func Publications(v ssa.Value) []ssa.Instruction { return new(publishing).places(v, 0) }

// publishing remembers what callees do with their parameters: a function that calls itself in many places, as one that visits a tree
// does, is looked at once for each depth, and not once for each way there.
type publishing struct{ published, unshared, handed map[given]bool }

// given is a parameter of a callee, at some depth of calls.
type given struct {
	p     *ssa.Parameter
	depth int
}

// remember returns what is known of a parameter, or else asks, and keeps the answer.
func remember(answers *map[given]bool, g given, ask func() bool) bool {
	known, ok := (*answers)[g]
	if !ok {
		known = ask()
		if *answers == nil {
			*answers = make(map[given]bool)
		}
		(*answers)[g] = known
	}
	return known
}

// publishes reports whether a function makes its parameter known to others.
func (k *publishing) publishes(p *ssa.Parameter, depth int) bool {
	return remember(&k.published, given{p, depth}, func() bool { return len(k.places(p, depth)) > 0 })
}

// keeps reports whether a method does not make its receiver known to others.
func (k *publishing) keeps(p *ssa.Parameter, depth int) bool {
	return remember(&k.unshared, given{p, depth}, func() bool { return k.alone(p, depth) })
}

func (k *publishing) places(v ssa.Value, depth int) (places []ssa.Instruction) {
	if depth > limits.MaxPublishing {
		return nil
	}
	seen := make(map[ssa.Value]bool)
	work := []ssa.Value{v}
	add := func(v ssa.Value) {
		if !seen[v] {
			seen[v] = true
			work = append(work, v)
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		refs := v.Referrers()
		if refs == nil {
			continue
		}
		for _, r := range *refs {
			switch r := r.(type) {
			case *ssa.Store:
				if r.Val != v {
					continue
				}
				if object, ok := Base(r.Addr).(*ssa.Alloc); ok {
					add(object)
				} else {
					places = append(places, r)
				}
			case *ssa.Go, *ssa.Send, *ssa.MapUpdate:
				places = append(places, r)
			case *ssa.MakeClosure:
				if strings.HasSuffix(r.Fn.Name(), "$bound") {
					add(r) // a method value is known where it is put
				} else if onlyDeferred(r) {
					places = append(places, runDefers(r.Parent())...)
				} else {
					places = append(places, r)
				}
			case *ssa.Defer:
				if k.callPublishes(r.Common(), v, depth) {
					places = append(places, runDefers(r.Parent())...)
				}
			case *ssa.Call:
				if b, ok := r.Call.Value.(*ssa.Builtin); ok {
					if b.Name() == "append" {
						add(r)
					}
				} else if k.callPublishes(r.Common(), v, depth) {
					places = append(places, r)
				}
			case *ssa.UnOp:
				// What a local variable that holds the object is read for.
				if _, ok := v.(*ssa.Alloc); ok && r.Op == token.MUL {
					add(r)
				}
			case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.Slice:
				add(r.(ssa.Value))
			}
		}
	}
	return places
}

// Unshared reports whether no other goroutine gets to know the object v, as far as the function that makes it goes, and
// the methods that are called on it.
func Unshared(v ssa.Value) bool { return new(publishing).alone(v, 0) }

func (k *publishing) alone(v ssa.Value, depth int) bool {
	if depth > limits.MaxPublishing || len(k.places(v, depth)) > 0 {
		return false
	}
	for _, v := range Copies(v) {
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.Return:
				if depth > 0 {
					return false
				}
			case ssa.CallInstruction:
				fn := r.Common().StaticCallee()
				if len(r.Common().Args) == 0 || r.Common().Args[0] != v || r.Common().Signature().Recv() == nil {
					continue // no method: see publications
				}
				if fn == nil || len(fn.Blocks) == 0 || !k.keeps(fn.Params[0], depth+1) {
					return false
				}
			}
		}
	}
	return true
}

// callPublishes reports whether a call may make its argument v known to others: a
// constructor, say, puts it into the object that it returns.
func (k *publishing) callPublishes(c *ssa.CallCommon, v ssa.Value, depth int) bool {
	first := 0
	if c.Signature().Recv() != nil && !c.IsInvoke() && len(c.Args) > 0 {
		first = 1
	}
	fn := c.StaticCallee()
	if fn != nil && model.Decodes(fn.Object()) {
		return false
	}
	if first == 1 && c.Args[0] == v && fn != nil && len(fn.Blocks) > 0 && k.handsOut(fn.Params[0], depth+1) {
		return true
	}
	for i := first; i < len(c.Args); i++ {
		if c.Args[i] == v && (fn == nil || i >= len(fn.Params) || len(fn.Blocks) == 0 || k.publishes(fn.Params[i], depth+1)) {
			return true
		}
	}
	return false
}

func onlyDeferred(mc *ssa.MakeClosure) bool {
	return !slices.ContainsFunc(*mc.Referrers(), func(r ssa.Instruction) bool {
		d, ok := r.(*ssa.Defer)
		return !ok || d.Call.Value != mc
	})
}

// runDefers returns where the deferred calls of a function run.
func runDefers(fn *ssa.Function) (places []ssa.Instruction) {
	for _, b := range fn.Blocks {
		for _, instr := range b.Instrs {
			if _, ok := instr.(*ssa.RunDefers); ok {
				places = append(places, instr)
			}
		}
	}
	return places
}
