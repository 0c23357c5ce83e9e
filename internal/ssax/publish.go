package ssax

import (
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/model"
)

// Publications returns the places where the object v gets known to others: where it, or an object that it has been put into, is stored, sent or
// passed on, or a goroutine is started with it, or where that happens to a literal that captures it. A method called on it is expected to keep
// it, if its body does not show that it starts a goroutine with it (see handsOut), and so is a callee whose body shows that it does. What is
// deferred happens where the function's deferred calls run.
//
// This is the ownership domain of RacerD: Blackshear et al., "RacerD: compositional static
// race detection" (OOPSLA 2018).
func Publications(v ssa.Value) []ssa.Instruction { return new(publishing).places(v, 0) }

// PublicationsTimers is [Publications], and the places where what a timer will do with the object gets to know it.
func PublicationsTimers(v ssa.Value) []ssa.Instruction {
	return (&publishing{timers: true}).places(v, 0)
}

// publishing remembers what callees do with their parameters: a function that calls itself in many places, as one that visits a tree
// does, is looked at once for each depth, and not once for each way there.
type publishing struct {
	published, unshared, handed map[given]bool

	timers bool // a timer has a life of its own

	followed map[followed]bool // by valueHandedOut
}

// given is a parameter of a callee, at some depth of calls.
type given struct {
	p     *ssa.Parameter
	depth int
}

// followed is a value that is followed, at some depth of calls. New objects may lead to each other.
type followed struct {
	v     ssa.Value
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
				} else if !k.bodyKeeps(r, v, depth) {
					places = append(places, r)
				} else {
					add(r) // v is known to whoever gets to know the literal
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
				} else if leadsBack(r.Type(), v.Type()) {
					add(r) // who knows what a method returns, a part of v with a pointer to v, knows v
				}
			case *ssa.UnOp:
				// What a local variable that holds the object is read for.
				if isVariable(v) && r.Op == token.MUL {
					add(r)
				}
			case *ssa.Phi, *ssa.MakeInterface, *ssa.ChangeType, *ssa.ChangeInterface, *ssa.Slice:
				add(r.(ssa.Value))
			}
		}
	}
	return places
}

func fieldName(a *ssa.FieldAddr) string {
	return Pointee(a.X.Type()).Underlying().(*types.Struct).Field(a.Field).Name()
}

// leadsBack reports whether a type is a pointer to a struct with a field of type to, which is one, too.
func leadsBack(t, to types.Type) bool {
	p, ok := t.Underlying().(*types.Pointer)
	if _, isPointer := to.Underlying().(*types.Pointer); !ok || !isPointer || types.Identical(t, to) {
		return false
	}
	st, ok := p.Elem().Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for f := range st.Fields() {
		if types.Identical(f.Type(), to) {
			return true
		}
	}
	return false
}

// bodyKeeps reports whether the body of a literal does not make v, which it captures, known to others, and does not return it.
func (k *publishing) bodyKeeps(mc *ssa.MakeClosure, v ssa.Value, depth int) bool {
	for _, fv := range capturedAs(mc, v) {
		if len(k.places(fv, depth+1)) > 0 || depth >= limits.MaxPublishing {
			return false
		}
		for _, c := range append(Loads(fv), fv) {
			for _, r := range *c.Referrers() {
				switch r := r.(type) {
				case *ssa.Return:
					return false
				case *ssa.MakeInterface:
					if slices.ContainsFunc(*r.Referrers(), isReturn) {
						return false
					}
				}
			}
		}
	}
	return true
}

func isReturn(instr ssa.Instruction) bool {
	_, ok := instr.(*ssa.Return)
	return ok
}

// capturedAs returns what a literal knows v as, if it captures it.
func capturedAs(mc *ssa.MakeClosure, v ssa.Value) (as []ssa.Value) {
	for i, b := range mc.Bindings {
		if b == v {
			as = append(as, mc.Fn.(*ssa.Function).FreeVars[i])
		}
	}
	return as
}

// isVariable reports whether v is a local variable, or a captured one.
func isVariable(v ssa.Value) bool {
	switch v.(type) {
	case *ssa.Alloc, *ssa.FreeVar:
		return true
	}
	return false
}

// Loads returns what the function of an address, of a variable or a field, reads there. It is nil for a package-level variable, whose uses are not
// known.
func Loads(v ssa.Value) (vals []ssa.Value) {
	if v.Referrers() == nil {
		return nil
	}
	for _, r := range *v.Referrers() {
		if u, ok := r.(*ssa.UnOp); ok && u.Op == token.MUL {
			vals = append(vals, u)
		}
	}
	return vals
}

// Unshared reports whether no other goroutine gets to know the object v, as far as the function that makes it goes, and
// the methods that are called on it. The same holds of the objects that are found through the fields.
func Unshared(v ssa.Value, fields ...string) bool {
	k := new(publishing)
	return k.alone(v, 0) && !slices.ContainsFunc(fieldsOf(v, fields), func(inner ssa.Value) bool { return !k.alone(inner, 0) })
}

// fieldsOf returns what the fields with some names of an object, and of what is found there, are read for by the function that makes the
// object, and the literals in it.
func fieldsOf(v ssa.Value, names []string) (vals []ssa.Value) {
	if len(names) == 0 {
		return nil
	}
	seen := map[ssa.Value]bool{v: true}
	for work := []ssa.Value{v}; len(work) > 0; work = work[1:] {
		v := work[0]
		add := func(v ssa.Value) {
			if !seen[v] {
				seen[v] = true
				work = append(work, v)
			}
		}
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.Store:
				if r.Val == v && isVariable(r.Addr) {
					add(r.Addr)
				}
			case *ssa.UnOp:
				if r.Op == token.MUL && isVariable(v) {
					add(r)
				}
			case *ssa.MakeClosure:
				for _, fv := range capturedAs(r, v) {
					add(fv)
				}
			case *ssa.FieldAddr:
				if slices.Contains(names, fieldName(r)) {
					for _, inner := range Loads(r) {
						vals = append(vals, inner)
						add(inner)
					}
				}
			}
		}
	}
	return vals
}

func (k *publishing) alone(v ssa.Value, depth int) bool {
	if depth > limits.MaxPublishing || len(k.places(v, depth)) > 0 {
		return false
	}
	copies := Copies(v)
	if _, ok := v.(*ssa.FreeVar); ok {
		copies = append(copies, Loads(v)...)
	}
	for _, v := range copies {
		for _, r := range *v.Referrers() {
			switch r := r.(type) {
			case *ssa.Return:
				if depth > 0 {
					return false
				}
			case *ssa.Store:
				if alloc, ok := r.Addr.(*ssa.Alloc); ok && r.Val == v && !k.aloneInLiterals(alloc, depth) {
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
	return k.aloneInLiterals(v, depth)
}

// aloneInLiterals is alone for what the literals do that capture a variable.
func (k *publishing) aloneInLiterals(v ssa.Value, depth int) bool {
	return !slices.ContainsFunc(*v.Referrers(), func(r ssa.Instruction) bool {
		mc, ok := r.(*ssa.MakeClosure)
		return ok && slices.ContainsFunc(capturedAs(mc, v), func(fv ssa.Value) bool { return !k.alone(fv, depth+1) })
	})
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
