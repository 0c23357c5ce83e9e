package trace

import (
	"encoding/json"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lazyregexp"
	"github.com/lockvet/lockvet/internal/limits"
	"github.com/lockvet/lockvet/internal/ssax"
	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/expr"
)

// summarize computes what a function does to the locks of its callers.
func (f *Func) summarize() {
	for _, e := range f.Events {
		if len(f.effects) == limits.MaxDistLifted {
			break // whoever calls all of these has other things in mind than one lock
		}
		if e.Mode == Spawned || e.Mode == Given {
			if e.Op != client.Release {
				continue
			}
		}
		effect := *e
		if e.Key.Any(func(k *expr.Expr) bool { return f.foreign(k) }) {
			// The key means nothing outside. If the lock goes out as a result, its name
			// is that of the result.
			if effect.Result = f.returned(e); effect.Result < 0 {
				continue
			}
		} else {
			effect.Result = -1
		}
		if e.Op == client.Acquire {
			if e.Mode != Now || e.Queued {
				continue
			}
			outcomes, ok := f.outcomes(e)
			if !ok {
				continue
			}
			effect.Outcomes = outcomes
			effect.Waits = e.Waits || f.waits(e) || f.records(e, outcomes)
		}
		if e.Op == client.Read {
			effect.Outcomes, _ = f.outcomes(e)
		}
		if e.Op == client.Extend {
			effect.Loss, effect.Outcomes = f.Loss(e)
		}
		if e.Ctx != nil && e.Ctx.Any(f.foreign) {
			effect.Ctx = nil
		}
		if e.TTL.Expr != nil && e.TTL.Expr.Any(f.foreign) {
			effect.TTL = TTL{}
		}
		if e.Token != nil && e.Token.Any(f.foreign) {
			effect.Token = nil
		}
		f.effects = append(f.effects, &effect)
	}
}

// foreign reports whether an expression means nothing outside of the function:
// values of its own, and for a literal those are not its own that belong to the
// functions around it.
func (f *Func) foreign(e *expr.Expr) bool {
	switch e.Kind {
	case expr.Opaque:
		return e.Value.Parent() == f.Function || e.Value.Parent() == nil
	case expr.Param:
		return e.Fn != f.Function && f.Parent() == nil
	}
	return false
}

// returned returns the number of the result that is the lock of an acquisition
// by handle, or a new object that holds it; -1 if there is none.
func (f *Func) returned(e *Event) int {
	if e.Op != client.Acquire {
		return -1
	}
	for _, results := range ssax.Returns(f.Function) {
		for i, v := range results {
			if f.Pkg.Of(v).ID() == e.Key.ID() {
				return i
			}
		}
	}
	return -1
}

// outcomes returns how the results of a function show whether it has acquired
// the lock of an event in it; not ok if it gives up the lock before it returns.
func (f *Func) outcomes(e *Event) (client.Outcomes, bool) {
	var result client.Outcomes
	held := false
	first := true
	released := func(in ssa.Instruction) bool {
		for _, r := range f.at[in] {
			if r.Op == client.Release && r.Mode != Given && r.Backend == e.Backend && r.Key.ID() == e.Key.ID() {
				return true
			}
		}
		return false
	}
	for _, end := range f.Walk(e, e.Outcomes.Held, released).Ends {
		if end.Return == nil || end.Stopped {
			continue
		}
		o := f.shows(end)
		// A caller that sees an error does not look for a lock.
		if o.Err == client.Yes {
			continue
		}
		held = true
		result.Held = join(result.Held, o, first)
		first = false
	}
	if !held {
		return result, false
	}
	without := func(in client.Outcome) (out client.Outcome) {
		first := true
		blind := f.blindReturns(e, in)
		for _, end := range f.Walk(e, in, nil).Ends {
			if end.Return == nil {
				continue
			}
			shown := f.shows(end)
			// A look at who has the lock may show that the caller does.
			if shown == result.Held && !blind[end.Return] {
				continue
			}
			out = join(out, shown, first)
			first = false
		}
		return out
	}
	result.Lost, result.Failed = without(e.Outcomes.Lost), without(e.Outcomes.Failed)
	return result, true
}

// waits reports whether a function does not return as long as an acquisition in it
// fails.
func (f *Func) waits(e *Event) bool {
	for _, o := range []client.Outcome{e.Outcomes.Lost, e.Outcomes.Failed} {
		w := f.Walk(e, o, nil)
		if w.GaveUp || slices.ContainsFunc(w.Ends, func(end End) bool { return end.Return != nil }) {
			return false
		}
	}
	return true
}

// records reports whether a function whose results do not say so notes for others that it has
// acquired a lock: in a field, a variable of the package or an atomic one, or on a channel, or calls what does.
func (f *Func) records(e *Event, outcomes client.Outcomes) bool {
	if f.Signature.Results().Len() > 0 && outcomes.Lost != (client.Outcome{}) {
		return false
	}
	held, lost := f.Walk(e, e.Outcomes.Held, nil), f.Walk(e, e.Outcomes.Lost, nil)
	replies := f.Replies(e)
	for in := range held.Visited {
		// The answer itself may be left there: leads.Store(ok).
		answer := slices.ContainsFunc(in.Operands(nil), func(v *ssa.Value) bool { return *v != nil && isBool((*v).Type()) && replies[*v] })
		if lost.Visited[in] && !answer {
			continue
		}
		if notes(in) {
			return true
		}
		if call, ok := in.(*ssa.Call); ok && f.Pkg.funcs[call.Call.StaticCallee()] != nil && slices.ContainsFunc(call.Call.StaticCallee().Blocks, func(b *ssa.BasicBlock) bool {
			return slices.ContainsFunc(b.Instrs, notes)
		}) {
			return true
		}
	}
	return false
}

// notes reports whether an instruction leaves something where others find it.
func notes(in ssa.Instruction) bool {
	switch in := in.(type) {
	case *ssa.Send, *ssa.MapUpdate:
		return true
	case *ssa.Store:
		switch in.Addr.(type) {
		case *ssa.FieldAddr, *ssa.Global:
			return true
		}
	case *ssa.Call:
		return ssax.IsAtomic(in.Common())
	}
	return false
}

// blindReturns returns where a function returns without a look at who has the lock
// that it did not acquire.
func (f *Func) blindReturns(e *Event, o client.Outcome) map[*ssa.Return]bool {
	looks := func(in ssa.Instruction) bool {
		for _, r := range f.at[in] {
			if r.Op == client.Read && r.Backend == e.Backend && r.Key.ID() == e.Key.ID() {
				return true
			}
		}
		return false
	}
	blind := make(map[*ssa.Return]bool)
	for _, end := range f.Walk(e, o, looks).Ends {
		if end.Return != nil {
			blind[end.Return] = true
		}
	}
	return blind
}

func join(a, b client.Outcome, first bool) client.Outcome {
	if first {
		return b
	}
	same := func(x, y client.Truth) client.Truth {
		if x == y {
			return x
		}
		return client.Unknown
	}
	return client.Outcome{OK: same(a.OK, b.OK), Err: same(a.Err, b.Err), Ptr: same(a.Ptr, b.Ptr)}
}

// shows returns what the results at the end of a path say.
func (f *Func) shows(end End) (o client.Outcome) {
	seen := false
	for i, v := range end.Return.Results {
		t := end.Results[i]
		switch {
		case isBool(v.Type()):
			o.OK = t
		case ssax.IsError(v.Type()):
			o.Err = t
		case nilable(v.Type()) && !seen:
			o.Ptr, seen = t, true // of several, the first is the lock
		}
	}
	return o
}

func isBool(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsBoolean != 0
}

func nilable(t types.Type) bool {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Interface, *types.Chan, *types.Map, *types.Slice, *types.Signature:
		return true
	}
	return false
}

// command are the names of functions that pass a command on.
var command = lazyregexp.New(`^(?i:_?(re?dis|cache|do|try|must)?_?(set_?nx(ex|_?with_?\w+)?|set_?if_?not_?exists?|setifabsent|set_?args|set|set_?ex|del|dels|delete|deletes|delkey|deletekey|deletekeys|remove|unlink|expire|p?expire|set_?expire|get|exists?|eval|evalsha|run_?script|do|exec|add|keydel|delkeys|setnxex))_?(?i:ctx|context|withcontext|withctx|key|keys|cache|string|value|val|int|bool|withexpire|withttl|byctx|multi|e|v)?$`)

// PassesOn reports whether the function of an event only passes a command on, under the command's own name.
func (e *Event) PassesOn() bool { return (e.Depth == 0 || e.Generic) && generic(e.Fn, e) }

// generic reports whether a function only passes on the command of an event:
// the key is a parameter of it, and it bears the command's name.
func generic(f *Func, e *Event) bool {
	if !command.MatchString(f.Name()) {
		return false
	}
	// The key is a parameter, maybe with a prefix before it.
	return e.Key.Any(func(k *expr.Expr) bool { return k.Kind == expr.Param && !(k.Index == 0 && f.Signature.Recv() != nil) })
}

// An Effect is an event of a function as other packages get it.
type Effect struct {
	Op, Backend        uint8
	Command            string
	Key                *Name `json:",omitempty"`
	Result             int
	TTLKind            uint8 `json:",omitempty"`
	TTL                *Name `json:",omitempty"`
	Unit               int64 `json:",omitempty"`
	Raw                bool  `json:",omitempty"`
	Token              *Name `json:",omitempty"`
	Owned, Queued      bool
	Compared           bool  `json:",omitempty"`
	Waits              bool  `json:",omitempty"`
	Strict             bool  `json:",omitempty"`
	Loss               Loss  `json:",omitempty"`
	Ctx                *Name `json:",omitempty"`
	Conn               *Name `json:",omitempty"`
	Generic, Session   bool
	Held, Lost, Failed [3]client.Truth
	Pos                string
	HandedOver         bool `json:",omitempty"` // it happens later, elsewhere
}

// A Name is an expr.Expr in a fact.
type Name struct {
	K    expr.Kind
	N    string  `json:",omitempty"`
	C    string  `json:",omitempty"` // a constant: its kind and its literal
	I    int     `json:",omitempty"`
	Args []*Name `json:",omitempty"`
}

// A Fact is the effects of a function on the locks of its callers.
type Fact struct{ Data []byte }

// AFact marks Fact as an analysis.Fact.
func (*Fact) AFact() {}

func (f *Fact) String() string { return string(f.Data) }

// Fact returns the effects of a function for other packages, or nil.
func (f *Func) Fact() *Fact {
	var effects []*Effect
	for _, e := range f.effects {
		if len(effects) == limits.MaxDistEffects || e.Result < 0 && !e.Key.ParamsOf(f.Function) {
			continue
		}
		x := &Effect{
			Op: uint8(e.Op), Backend: uint8(e.Backend), Command: e.Command, Result: e.Result,
			Owned: e.Owned, Compared: e.Compared, Waits: e.Waits, Strict: e.Strict, Loss: e.Loss, Queued: e.Queued, Session: e.Session, HandedOver: e.Mode == Spawned || e.Mode == Given,
			Held: truths(e.Outcomes.Held), Lost: truths(e.Outcomes.Lost), Failed: truths(e.Outcomes.Failed),
		}
		x.Generic = e.PassesOn()
		if e.Ctx != nil && e.Ctx.ParamsOf(f.Function) {
			x.Ctx = name(e.Ctx)
		}
		if e.Conn != nil && e.Conn.ParamsOf(f.Function) {
			x.Conn = name(e.Conn)
		}
		if e.Result < 0 {
			x.Key = name(e.Key)
		}
		if x.TTLKind = uint8(e.TTL.Kind); e.TTL.Expr != nil && e.TTL.Expr.ParamsOf(f.Function) {
			x.TTL, x.Unit, x.Raw = name(e.TTL.Expr), int64(e.TTL.Unit), e.TTL.Raw
		} else if e.TTL.Kind == client.TTLValue {
			x.TTLKind = uint8(client.TTLUnknown)
		}
		if e.Token != nil && e.Token.ParamsOf(f.Function) {
			x.Token = name(e.Token)
		}
		if x.Pos = e.Pos; e.Call != nil {
			p := f.Pkg.Fset.Position(e.Call.Pos())
			x.Pos = fmt.Sprintf("%s:%d", filepath.Base(p.Filename), p.Line)
		}
		effects = append(effects, x)
	}
	if len(effects) == 0 {
		return nil
	}
	data, _ := json.Marshal(effects) // strings and numbers only
	return &Fact{data}
}

// Effects decodes a fact. It fails if the fact is damaged.
func (f *Fact) Effects() ([]*Effect, error) {
	var effects []*Effect
	if err := json.Unmarshal(f.Data, &effects); err != nil {
		return nil, fmt.Errorf("damaged fact: %v", err)
	}
	return effects, nil
}

func truths(o client.Outcome) [3]client.Truth { return [3]client.Truth{o.OK, o.Err, o.Ptr} }

func outcome(t [3]client.Truth) client.Outcome { return client.Outcome{OK: t[0], Err: t[1], Ptr: t[2]} }

func name(e *expr.Expr) *Name {
	n := &Name{K: e.Kind, N: e.Name, I: e.Index}
	if e.Kind == expr.Const && e.Const != nil {
		n.N, n.C = "", fmt.Sprint(int(e.Const.Kind()))+":"+e.Const.ExactString()
	}
	for _, arg := range e.Args {
		n.Args = append(n.Args, name(arg))
	}
	return n
}

// expr rebuilds an expression, with the arguments of a call for the parameters.
func (n *Name) expr(args []*expr.Expr) *expr.Expr {
	switch n.K {
	case expr.Const:
		kind, lit, ok := strings.Cut(n.C, ":")
		if !ok {
			return expr.NewConst(nil)
		}
		switch kind {
		case fmt.Sprint(int(constant.Bool)):
			return expr.NewConst(constant.MakeBool(lit == "true"))
		case fmt.Sprint(int(constant.String)):
			return expr.NewConst(constant.MakeFromLiteral(lit, token.STRING, 0))
		}
		return expr.NewConst(constant.MakeFromLiteral(lit, token.INT, 0))
	case expr.Param:
		if n.I < len(args) {
			return args[n.I]
		}
		return expr.NewParam(n.I, n.N)
	case expr.Global:
		return expr.NewGlobal(n.N)
	}
	parts := make([]*expr.Expr, len(n.Args))
	for i, a := range n.Args {
		parts[i] = a.expr(args)
	}
	return expr.New(n.K, n.N, parts...)
}

// event returns an effect as an event of f, which calls fn.
func (x *Effect) event(f *Func, call ssa.CallInstruction, fn *types.Func, args []*expr.Expr, mode Mode) *Event {
	e := &Event{
		Event: client.Event{
			Op: client.Op(x.Op), Backend: client.Backend(x.Backend), Command: x.Command, Owned: x.Owned, Strict: x.Strict, Queued: x.Queued, Session: x.Session,
			Outcomes: client.Outcomes{Held: outcome(x.Held), Lost: outcome(x.Lost), Failed: outcome(x.Failed)},
		},
		Instr: call, Mode: mode, Depth: 1, Compared: x.Compared, Waits: x.Waits, Loss: x.Loss, Generic: x.Generic, Pos: x.Pos, Result: x.Result, Via: []*types.Func{fn},
	}
	if e.Generic {
		e.Site = call
	}
	if x.HandedOver && mode != Spawned {
		e.Mode = Given
	}
	e.TTL.Kind, e.TTL.Unit, e.TTL.Raw = client.TTLKind(x.TTLKind), timeDuration(x.Unit), x.Raw
	if x.TTL != nil {
		e.TTL.Expr = x.TTL.expr(args)
	}
	if x.Token != nil {
		e.Token = x.Token.expr(args)
	}
	if x.Ctx != nil {
		e.Ctx = x.Ctx.expr(args)
	}
	if x.Conn != nil {
		e.Conn = x.Conn.expr(args)
	}
	if x.Key != nil {
		e.Key = x.Key.expr(args)
	} else if call.Value() != nil && x.Result >= 0 {
		e.Key = f.Pkg.Of(resultOf(call, x.Result))
	} else {
		e.Key = expr.NewConst(nil)
	}
	return e
}
