package peers

import (
	"go/constant"
	"go/types"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/model"
)

// syncOps are the operations on synchronisers other than locks, by the method's full
// name. https://pkg.go.dev/sync, https://pkg.go.dev/golang.org/x/sync/errgroup,
// https://pkg.go.dev/net/http#Server.Shutdown
var syncOps = map[string]struct {
	kind  Kind
	waits bool
}{
	"(*sync.WaitGroup).Add":                        {Add, false},
	"(*sync.WaitGroup).Done":                       {Done, false},
	"(*sync.WaitGroup).Wait":                       {Wait, true},
	"(*sync.WaitGroup).Go":                         {Go, false},
	"(*golang.org/x/sync/errgroup.Group).Go":       {Go, false},
	"(*golang.org/x/sync/errgroup.Group).TryGo":    {Go, false},
	"(*golang.org/x/sync/errgroup.Group).Wait":     {Wait, true},
	"(*golang.org/x/sync/errgroup.Group).SetLimit": {Other, false},
	"(*sync.Cond).Wait":                            {CondWait, true},
	"(*sync.Cond).Signal":                          {Signal, false},
	"(*sync.Cond).Broadcast":                       {Signal, false},
	"(*sync.Once).Do":                              {Once, true},
	"(*net/http.Server).Shutdown":                  {Shutdown, true},
}

func (g *Graph) scanCall(f *function, instr ssa.CallInstruction) {
	c := instr.Common()
	if b, ok := c.Value.(*ssa.Builtin); ok {
		g.scanBuiltin(f, instr, b.Name())
		return
	}
	e := &edge{caller: f.fn, instr: instr, value: c.Value, args: c.Args}
	if v := instr.Value(); v != nil {
		e.result = v
	}
	if _, ok := instr.(*ssa.Go); ok {
		e.kind = spawns
	}
	if c.IsInvoke() {
		g.scanInvoke(f, e)
		return
	}
	fn := c.StaticCallee()
	if fn == nil {
		g.callValue(e, c.Value)
		return
	}
	if o := fn.Origin(); o != nil {
		fn = o
	}
	if g.see(fn) {
		g.connect(e, fn)
		return
	}
	obj, _ := fn.Object().(*types.Func)
	g.scanForeign(f, e, obj)
}

// callValue adds a call of a function value.
func (g *Graph) callValue(e *edge, v ssa.Value) {
	n := g.value(v)
	if n == nil {
		g.loseCall(e)
		return
	}
	n = n.rep()
	n.calls = append(n.calls, e)
	for _, fn := range n.funcs {
		g.links = append(g.links, link{e, fn})
	}
	if n.outside != 0 {
		g.opaque = append(g.opaque, e)
	}
}

// scanInvoke looks at a call of an interface's method.
func (g *Graph) scanInvoke(f *function, e *edge) {
	c := e.instr.Common()
	if op := model.OpOf(c.Method); op.Kind == model.Lock {
		f.locks = append(f.locks, lockOp{instr: e.instr, lock: c.Value, mode: op.Mode})
		return
	} else if op.Kind != model.None {
		return
	}
	e.args = append([]ssa.Value{c.Value}, c.Args...)
	named, ok := types.Unalias(c.Value.Type()).(*types.Named)
	if !ok || named.Obj().Pkg() != g.pkg.Pkg {
		g.loseCall(e)
		return
	}
	if !g.ownInterface(named) {
		g.loseCall(e)
	}
	g.invokes = append(g.invokes, e)
	for _, t := range g.concretes {
		g.invoke(e, t)
	}
}

// scanForeign looks at a call of a function of another package.
func (g *Graph) scanForeign(f *function, e *edge, obj *types.Func) {
	c := e.instr.Common()
	switch op := model.OpOf(obj); {
	case op.Kind == model.NewCond:
		if v := e.instr.Value(); v != nil {
			g.condL = append(g.condL, condL{v, f.fn, c.Args[0]})
		}
		return
	case op.Kind == model.Lock && len(c.Args) > 0:
		f.locks = append(f.locks, lockOp{instr: e.instr, lock: c.Args[0], mode: op.Mode})
		return
	case op.Kind == model.Unlock || op.Kind == model.TryLock:
		return
	}
	if obj != nil {
		if op, ok := syncOps[obj.FullName()]; ok {
			o := &Op{Kind: op.kind, Instr: e.instr, Chan: c.Args[0], Waits: op.waits}
			if op.kind == Add && !positive(c.Args[1]) {
				o.Kind = Other
				if isConst(c.Args[1]) {
					o.Kind = Done
				}
			}
			g.addOp(f, o)
			if op.kind != Go && op.kind != Once {
				return
			}
		}
	}
	g.foreignLocks(f, e.instr, obj)
	ran := -1
	for _, cb := range model.Callbacks(obj) {
		i := cb.Arg
		if obj.Signature().Recv() != nil {
			i++
		}
		if i >= len(c.Args) {
			continue
		}
		if _, ok := c.Args[i].Type().Underlying().(*types.Signature); !ok {
			continue
		}
		ran = i
		run := &edge{caller: f.fn, instr: e.instr, value: c.Args[i], kind: e.kind}
		if cb.Run == model.Another {
			run.kind = spawns
		}
		g.callValue(run, c.Args[i])
	}
	for i, a := range c.Args {
		if boxed, ok := a.(*ssa.MakeInterface); ok && isChan(boxed.X.Type()) && model.Inspects(obj) {
			continue
		}
		if i != ran && hasNode(a.Type()) && !(i == 0 && obj != nil && ran >= 0 && obj.Signature().Recv() != nil) {
			g.handOut(g.value(a), a.Type())
		}
	}
	g.loseResult(e.result)
}

func (g *Graph) scanBuiltin(f *function, instr ssa.CallInstruction, name string) {
	args := instr.Common().Args
	switch name {
	case "close":
		g.addOp(f, &Op{Kind: Close, Instr: instr, Chan: args[0]})
	case "append":
		if v := instr.Value(); v != nil {
			g.flow(v, args[0])
			if len(args) > 1 && hasNode(args[1].Type()) {
				g.flow(v, args[1])
			}
		}
	case "copy":
		if hasNode(args[1].Type()) {
			g.unify(g.elemAt(args[0]), g.elemAt(args[1]))
		}
	case "ssa:wrapnilchk":
		if v := instr.Value(); v != nil {
			g.flow(v, args[0])
		}
	}
}

func isChan(t types.Type) bool {
	_, ok := t.Underlying().(*types.Chan)
	return ok
}

func isConst(v ssa.Value) bool {
	_, ok := v.(*ssa.Const)
	return ok
}

// positive reports whether v is not known to be less than zero: nobody passes a
// negative variable to WaitGroup.Add.
func positive(v ssa.Value) bool {
	c, ok := v.(*ssa.Const)
	if !ok {
		u, ok := v.(*ssa.UnOp)
		return !ok || u.Op.String() != "-"
	}
	return c.Value != nil && constant.Sign(c.Value) >= 0
}

// capacity returns a channel's capacity, -1 if it is not constant.
func capacity(size ssa.Value) int64 {
	if c, ok := size.(*ssa.Const); ok && c.Value != nil {
		if n, exact := constant.Int64Val(constant.ToInt(c.Value)); exact {
			return n
		}
	}
	return -1
}

// condField returns the Cond whose L an address is, nil if it is none.
func condField(addr ssa.Value) ssa.Value {
	fa, ok := addr.(*ssa.FieldAddr)
	if !ok {
		return nil
	}
	p, ok := fa.X.Type().Underlying().(*types.Pointer)
	if !ok {
		return nil
	}
	named, ok := types.Unalias(p.Elem()).(*types.Named)
	if !ok || named.Obj().Name() != "Cond" || named.Obj().Pkg() == nil || named.Obj().Pkg().Path() != "sync" {
		return nil
	}
	return fa.X
}
