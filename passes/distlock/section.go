package distlock

import (
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
	"github.com/lockvet/lockvet/passes/distlock/internal/words"
)

// A class says what a key that is set if it is not there is used for.
type class uint8

const (
	none   class = iota // a marker, a cache entry, a counter: not a lock
	claim               // taken for good once all went well, given back after an error
	likely              // called a lock, but nobody gives it up in sight
	mutex               // taken, and given up
)

// A section is what follows an acquisition in its function.
type section struct {
	acquire  *trace.Event
	releases []*trace.Event // of the same lock, in the same function
	partners []*trace.Event // releases in other functions
	smooth   trace.Walk     // the open ones on which no error turns up
	held     trace.Walk     // the paths on which it was acquired, up to the end
	lost     trace.Walk     // those on which somebody else has it
	open     trace.Walk     // the held ones, up to a release or to where the lock goes elsewhere
	class    class
	gated    bool // what was acquired decides a branch, or is returned
}

// section returns what follows an acquisition.
func (c *checker) section(a *trace.Event) *section {
	if s := c.sections[a]; s != nil {
		return s
	}
	s := &section{acquire: a}
	c.sections[a] = s
	f := a.Fn
	byInstr := make(map[ssa.Instruction]bool)
	for _, e := range f.Events {
		if e.Op == client.Release && sameLock(a, e) {
			s.releases = append(s.releases, e)
			byInstr[e.Instr] = true
		}
	}
	s.held = f.Walk(a, a.Outcomes.Held, nil)
	s.lost = f.Walk(a, a.Outcomes.Lost, nil)
	s.open = f.Walk(a, a.Outcomes.Held, func(in ssa.Instruction) bool { return byInstr[in] || over(in) || c.goesOn(a, in) })
	s.smooth = f.Smooth(a, a.Outcomes.Held, func(in ssa.Instruction) bool { return byInstr[in] || over(in) || c.goesOn(a, in) })
	s.gated = len(s.held.Visited) != len(s.lost.Visited) || returnsDiffer(s.held, s.lost)
	if !s.gated {
		for in := range s.held.Visited {
			if !s.lost.Visited[in] {
				s.gated = true
			}
		}
	}
	for _, t := range c.templatesOf(a) {
		for _, e := range c.templates[t] {
			if e.Op == client.Release && e.Fn != f && sameStore(a, e) {
				s.partners = append(s.partners, e)
			}
		}
	}
	s.class = c.classify(s)
	return s
}

func returnsDiffer(x, y trace.Walk) bool {
	show := func(w trace.Walk) string {
		var b strings.Builder
		for _, end := range w.Ends {
			for _, r := range end.Results {
				b.WriteByte('0' + byte(r))
			}
			b.WriteByte(';')
		}
		return b.String()
	}
	return show(x) != show(y)
}

// sameLock reports whether two events of a function are about the same lock.
func sameLock(a, b *trace.Event) bool {
	return sameStore(a, b) && a.Key.ID() == b.Key.ID() && a.Key.Name != "nil"
}

func sameStore(a, b *trace.Event) bool { return a.Backend == b.Backend }

// goesOn reports whether an instruction gives the lock, or what names it, to
// somebody who may release it.
func (c *checker) goesOn(a *trace.Event, in ssa.Instruction) bool {
	if in == a.Instr {
		return false
	}
	is := func(v ssa.Value) bool {
		return v != nil && (a.Key.Kind != expr.Const && c.pkg.Of(v).ID() == a.Key.ID() || handedOut(a, v))
	}
	switch in := in.(type) {
	case *ssa.Store:
		_, local := in.Addr.(*ssa.Alloc)
		return !local && is(in.Val) && !trace.Variadic(in.Addr)
	case *ssa.MapUpdate:
		return is(in.Value) || is(in.Key)
	case *ssa.Send:
		return is(in.X)
	case *ssa.Return:
		for _, r := range in.Results {
			if is(r) {
				return true
			}
		}
	case *ssa.Go:
		for _, op := range in.Operands(nil) {
			if is(*op) {
				return true
			}
			if mc, ok := (*op).(*ssa.MakeClosure); ok && captures(c, mc, is) {
				return true
			}
		}
	case *ssa.MakeClosure:
		return strings.HasSuffix(in.Fn.Name(), "$bound") && captures(c, in, is)
	case *ssa.Phi:
		if a.Backend.Handle() || a.Result >= 0 {
			for _, e := range in.Edges {
				if is(e) {
					return true
				}
			}
		}
	case ssa.CallInstruction:
		given := false
		for _, arg := range client.Args(in.Common()) {
			given = given || is(arg)
			for _, elem := range expr.Elements(arg) {
				given = given || is(elem)
			}
		}
		if !given {
			return false
		}
		fn := client.Callee(in.Common())
		if fn == nil || fn.Pkg() == nil {
			_, builtin := in.Common().Value.(*ssa.Builtin)
			return !builtin
		}
		if client.Known(client.PkgPath(fn)) || harmless(fn) {
			return false
		}
		if a.Backend.Handle() || a.Result >= 0 || slices.ContainsFunc(client.Args(in.Common()), func(v ssa.Value) bool { return handedOut(a, v) }) {
			return true
		}
		// A key: to a function that releases keys, or that nobody knows.
		return fn.Pkg() != c.pkg.Pkg && words.Has(fn.Name(), releaseWords) || in.Common().IsInvoke() && words.Has(fn.Name(), releaseWords)
	}
	return false
}

// handedOut reports whether a value is an object, or a function, that the call which
// acquires a lock returns: whoever has it may release the lock.
func handedOut(a *trace.Event, v ssa.Value) bool {
	if a.Depth == 0 {
		return false
	}
	v = client.Strip(v)
	t := v.Type()
	if x, ok := v.(*ssa.Extract); ok {
		v = x.Tuple
	}
	call, ok := v.(*ssa.Call)
	if !ok || call != a.Instr || types.Identical(t, types.Universe.Lookup("error").Type()) {
		return false
	}
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Signature, *types.Struct:
		return true
	}
	return false
}

func captures(c *checker, mc *ssa.MakeClosure, is func(ssa.Value) bool) bool {
	for _, b := range mc.Bindings {
		if is(b) {
			return true
		}
		if alloc, ok := b.(*ssa.Alloc); ok {
			for _, r := range *alloc.Referrers() {
				if store, ok := r.(*ssa.Store); ok && is(store.Val) {
					return true
				}
			}
		}
	}
	return false
}

// harmless reports whether a function only prints or computes.
func harmless(fn *types.Func) bool {
	path := client.PkgPath(fn)
	if first, _, _ := strings.Cut(path, "/"); !strings.Contains(first, ".") {
		return true // the standard library
	}
	return words.Has(path, words.Log) || words.Has(fn.Name(), words.Log)
}

// classify says what an acquired key is used for.
func (c *checker) classify(s *section) class {
	a := s.acquire
	if a.Backend.Handle() || a.Backend.SQL() {
		return mutex
	}
	named := c.lockNamed(a) && !markerType(a)
	here := s.heldReleases()
	if a.Counts && !(named && s.onlyHolders(here)) {
		return none
	}
	if (a.Strict || a.Backend.Strict()) && !named && !(a.Backend == client.S3 && slices.ContainsFunc(here, func(r *trace.Event) bool { return r.Mode == trace.Deferred })) {
		return none
	}
	if len(here) > 0 {
		if s.keepsOnSuccess() || !words.Has(a.Key.Text(), nameWords) && s.keptAfterWork() {
			return claim
		}
		if !s.gated && !named && !hasUnconditional(s) {
			return none
		}
		return mutex
	}
	if !named && marks(a) {
		return none
	}
	// What creates a key of etcd in one function and deletes it in another is a
	// store, unless it is called a lock.
	if len(s.partners) > 0 && (named || s.gated && a.Backend != client.EtcdKey) {
		for _, p := range s.partners {
			if named || words.Has(funcName(p.Fn), releaseWords) || words.Has(p.Key.Text(), lockWords) {
				return mutex
			}
		}
	}
	if named && s.gated {
		return likely
	}
	return none
}

// onlyHolders reports whether a lock is released, and only where it was acquired.
func (s *section) onlyHolders(releases []*trace.Event) bool {
	for _, r := range releases {
		if s.lost.Visited[r.Instr] {
			return false
		}
	}
	return len(releases) > 0
}

// marks reports whether a key is called a marker: in its own words if it has any
// or by the function, and only then by the type that the function belongs to.
func marks(a *trace.Event) bool {
	text := a.Key.Text()
	if words.Has(text, markerWords) || words.Has(a.Fn.Name(), markerWords) {
		return true
	}
	says := a.Key.Any(func(k *expr.Expr) bool { return k.Kind == expr.Const && len(words.Split(k.Text())) > 0 })
	return !says && words.Has(funcName(a.Fn), markerWords)
}

// markerType reports whether a key that says nothing belongs to a type that is called a
// marker, and neither is called a lock, although its methods may acquire and release it.
func markerType(a *trace.Event) bool {
	recv := a.Fn.Signature.Recv()
	if recv == nil || words.Has(a.Key.Text(), nameWords) {
		return false
	}
	_, name := client.Named(recv.Type())
	return words.Has(name, markerWords) && !words.Has(name, nameWords) && !words.Has(a.Fn.Name(), nameWords)
}

// calledMarker reports whether a key says by itself that it is a marker, a cache
// entry or a counter, and not that it is a lock, whatever the function around it is called.
func calledMarker(e *trace.Event) bool {
	text := e.Key.Text()
	return words.Has(text, markerWords) && !words.Has(text, lockWords)
}

// hasUnconditional reports whether all paths that hold the lock release it.
func hasUnconditional(s *section) bool {
	for _, end := range s.open.Ends {
		if end.Return != nil && !end.Stopped {
			return false
		}
	}
	return len(s.open.Ends) > 0
}

// templatesOf returns what the key of an event looks like to other functions.
func (c *checker) templatesOf(e *trace.Event) []string {
	var result []string
	t := e.Key.Template()
	if e.Key.Any(func(k *expr.Expr) bool {
		return k.Kind == expr.Const && len(strings.Trim(k.Text(), ":_-/.%sdv{} ")) > 1 || k.Kind == expr.Global
	}) || strings.HasPrefix(t, "recv:") && e.Key.Kind == expr.Field || strings.Contains(t, "(recv:") && e.Key.Kind == expr.Call && isWord(e.Key.Name) ||
		e.Key.Kind == expr.Call && strings.HasPrefix(e.Key.Name, c.pkg.Pkg.Path()+".") { // a function of the package makes keys of this kind
		result = append(result, t)
	} else if e.Key.Any(func(k *expr.Expr) bool { return k.Kind == expr.Param }) && words.Has(e.Fn.Name(), lockWords) {
		// The key says nothing: lock(key) and unlock(key) of one type.
		owner := "pkg"
		if recv := e.Fn.Signature.Recv(); recv != nil {
			owner = strings.TrimPrefix(recv.Type().String(), "*")
		}
		result = append(result, owner+"|"+rest(e.Fn.Name())+"|"+t)
	}
	if e.Op != client.Acquire || e.Key.Kind == expr.Const {
		return result
	}
	// The key is kept in an object, the methods of which know it as a field.
	for _, b := range e.Fn.Blocks {
		for _, in := range b.Instrs {
			store, ok := in.(*ssa.Store)
			if !ok || c.pkg.Of(store.Val).ID() != e.Key.ID() {
				continue
			}
			if field, ok := store.Addr.(*ssa.FieldAddr); ok {
				if pkg, name := client.Named(field.X.Type()); pkg != "" {
					id := c.pkg.Of(field)
					result = append(result, "recv:"+pkg+"."+name+"."+id.Name)
				}
			}
		}
	}
	return result
}
