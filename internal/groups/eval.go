package groups

import (
	"go/token"
	"go/types"
	"strconv"
	"strings"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/path"
)

// value returns what an SSA value is on this path.
func (w *walker) value(st *state, v ssa.Value) value {
	switch v := v.(type) {
	case nil:
		return value{}
	case *ssa.Const:
		return ofConst(v)
	case *ssa.Function:
		return value{key: "func " + w.name(v), fn: v, nonNil: true}
	case *ssa.Global:
		key := "global " + v.String()
		w.classes[key] = v.Object()
		return value{key: key, nonNil: true}
	case *ssa.FreeVar:
		f := st.top()
		for i, fv := range f.fn.FreeVars {
			if fv == v && i < len(f.binds) {
				return f.binds[i]
			}
		}
		return w.fresh("captured "+w.name(v), v.Type())
	}
	if known, ok := st.top().env[v]; ok {
		return known
	}
	return w.fresh(w.name(v), v.Type())
}

// eval executes an instruction that has no effect but its value.
func (w *walker) eval(st *state, instr ssa.Value) value {
	switch v := instr.(type) {
	case *ssa.Alloc:
		key := nth("new "+w.name(v)+"/"+strconv.Itoa(st.top().id), st.again(v))
		w.allocs[key] = v
		return value{key: key, nonNil: true}
	case *ssa.FieldAddr:
		x := w.value(st, v.X)
		if x.key == "" {
			return value{}
		}
		name, _, _ := path.StructField(v.X.Type(), v.Field)
		key := x.key + "." + name
		if p, ok := v.X.Type().Underlying().(*types.Pointer); ok {
			if s, ok := p.Elem().Underlying().(*types.Struct); ok {
				w.classes[key] = s.Field(v.Field).Origin()
			}
		}
		return value{key: key, nonNil: true}
	case *ssa.IndexAddr:
		return w.element(st, v.X, v.Index, "")
	case *ssa.Field:
		x := w.value(st, v.X)
		name, _, _ := path.StructField(v.X.Type(), v.Field)
		if x.from != "" {
			if held, ok := st.mem.at(x.from + "." + name); ok {
				return held
			}
		}
		if x.key != "" {
			return w.fresh(w.short(x.key+"."+name), v.Type())
		}
	case *ssa.Index:
		return w.element(st, v.X, v.Index, "*")
	case *ssa.Lookup:
		return w.element(st, v.X, v.Index, "*")
	case *ssa.UnOp:
		return w.unary(st, v)
	case *ssa.BinOp:
		x, y := w.value(st, v.X), w.value(st, v.Y)
		if isComparison(v.Op) {
			return compare(v.Op, x, y)
		}
		if r, ok := arithmetic(v.Op, x, y); ok {
			return r
		}
		if x.key != "" && y.key != "" {
			return w.fresh(w.short("("+x.key+v.Op.String()+y.key+")"), v.Type())
		}
	case *ssa.ChangeType, *ssa.ChangeInterface, *ssa.MakeInterface:
		var ops [1]*ssa.Value
		x := w.value(st, *instr.(ssa.Instruction).Operands(ops[:0])[0])
		if _, ok := v.(*ssa.MakeInterface); ok {
			x.nonNil = true
			x.num = nil
		}
		return x
	case *ssa.Convert:
		x := w.value(st, v.X)
		if isInt(v.X.Type()) && isInt(v.Type()) {
			return x
		}
	case *ssa.MakeClosure:
		fn := v.Fn.(*ssa.Function)
		binds := make([]value, len(v.Bindings))
		for i, b := range v.Bindings {
			binds[i] = w.value(st, b)
		}
		return value{key: w.unknownOf(st, v).key, fn: fn, binds: binds, nonNil: true}
	case *ssa.MakeSlice:
		x := w.unknownOf(st, v)
		x.size, x.nonNil = w.value(st, v.Len).num, true
		return x
	case *ssa.MakeMap, *ssa.MakeChan:
		x := w.unknownOf(st, v)
		x.nonNil = true
		return x
	case *ssa.Slice:
		return w.slice(st, v)
	case *ssa.Extract:
		if t := w.value(st, v.Tuple); v.Index < len(t.tuple) {
			return t.tuple[v.Index]
		} else if t.key != "" {
			return w.fresh(t.key+"#"+strconv.Itoa(v.Index), v.Type())
		}
	case *ssa.Select:
		x := w.unknownOf(st, v)
		sym := "select " + x.key
		lo := int64(0)
		if !v.Blocking {
			lo = -1
		}
		st.spans[sym] = span{lo, int64(len(v.States)) - 1}
		x.tuple = []value{ofLinear(linear{c: 1, sym: sym}), {key: x.key + "#1"}}
		for i := 2; i < v.Type().(*types.Tuple).Len(); i++ {
			x.tuple = append(x.tuple, w.fresh(x.key+"#"+strconv.Itoa(i), v.Type().(*types.Tuple).At(i).Type()))
		}
		return x
	case *ssa.TypeAssert:
		x := w.value(st, v.X)
		if x.key == "" {
			break
		}
		key := w.short(x.key + ".(" + types.TypeString(v.AssertedType, nil) + ")")
		if v.CommaOk {
			ok := value{key: key + " ok"}
			// Whether a value of a known type has another one is known.
			if mi, is := v.X.(*ssa.MakeInterface); is && !types.IsInterface(v.AssertedType) {
				ok = truth(types.Identical(mi.X.Type(), v.AssertedType))
			}
			if ok.rel == nil && ok.key != "true" && ok.key != "false" {
				ok.key = x.key + "==" + key // counts as a case of a switch
			}
			return value{tuple: []value{w.fresh(key, v.AssertedType), ok}}
		}
		return w.fresh(key, v.AssertedType)
	}
	return w.unknownOf(st, instr)
}

// short returns a key that does not grow without end.
func (w *walker) short(key string) string {
	if len(key) < 100 {
		return key
	}
	if w.long[key] == "" {
		w.long[key] = "long" + strconv.Itoa(len(w.long))
	}
	return w.long[key]
}

// element returns the address of an element, or with "*" what it holds.
func (w *walker) element(st *state, x, index ssa.Value, mark string) value {
	a, i := w.value(st, x), w.value(st, index)
	t := x.Type().Underlying()
	if a.key == "" || i.key == "" {
		return value{}
	}
	key := w.short(mark + a.key + "[" + i.key + "]")
	if m, ok := t.(*types.Map); ok && mark != "" {
		return w.fresh(key, m.Elem())
	}
	if mark != "" {
		return value{key: key}
	}
	return value{key: key, nonNil: true}
}

func (w *walker) unary(st *state, v *ssa.UnOp) value {
	x := w.value(st, v.X)
	switch v.Op {
	case token.NOT:
		return negate(x)
	case token.SUB:
		if x.num != nil {
			if l, ok := plus(linear{}, *x.num, -1); ok {
				return ofLinear(l)
			}
		}
	case token.MUL:
		if x.key == "" {
			break
		}
		if _, isStruct := v.Type().Underlying().(*types.Struct); isStruct {
			return value{key: w.short(nth("*"+x.key, st.again(v))), from: x.key}
		}
		if known, ok := st.mem.at(x.key); ok {
			return known
		}
		whole, part, isPart := st.mem.within(x.key)
		if base := w.base(x.key); base != nil && !st.isLeaked(x.key) {
			if isPart && whole.key != "" {
				return w.fresh(w.short(whole.key+part), v.Type())
			}
			if _, isArray := base.Type().Underlying().(*types.Pointer).Elem().Underlying().(*types.Array); !isArray && !isPart {
				return zeroOf(v.Type())
			}
		}
		return w.fresh(w.short(nth("*"+x.key, st.again(v))), v.Type())
	}
	return w.unknownOf(st, v)
}

// again returns how often the function that runs has come to an instruction before.
func (st *state) again(instr ssa.Instruction) int {
	at := visit{st.top().id, instr}
	n := st.visits[at]
	st.visits[at]++
	return n
}

// base returns what an address lies in, nil if that is not known to be new.
func (w *world) base(key string) *ssa.Alloc {
	if !strings.HasPrefix(key, "new ") {
		return nil
	}
	if i := strings.IndexAny(key, ".["); i >= 0 {
		key = key[:i]
	}
	return w.allocs[key]
}

// isLeaked reports whether code out of sight may have an address, or what it lies in. It asks for each base that the
// address is under: there are few of those, and much that has leaked.
func (st *state) isLeaked(key string) bool {
	if st.leaked[key] {
		return true
	}
	for i := range len(key) {
		if (key[i] == '.' || key[i] == '[') && st.leaked[key[:i]] {
			return true
		}
	}
	return false
}

// slice returns a part of an array or a slice.
func (w *walker) slice(st *state, v *ssa.Slice) value {
	x := w.value(st, v.X)
	if x.key == "" {
		return w.unknownOf(st, v)
	}
	lo, hi := value{}, value{}
	if v.Low == nil {
		lo = number(0)
	} else {
		lo = w.value(st, v.Low)
	}
	if v.High != nil {
		hi = w.value(st, v.High)
	} else if p, ok := v.X.Type().Underlying().(*types.Pointer); ok {
		if a, ok := p.Elem().Underlying().(*types.Array); ok {
			hi = number(a.Len())
		}
	} else {
		hi = w.length(st, x)
	}
	out := value{key: x.key, nonNil: x.nonNil}
	if lo.key != "0" {
		out.key = w.short(x.key + ":" + lo.key)
	}
	if n, ok := arithmetic(token.SUB, hi, lo); ok {
		out.size = n.num
	}
	return out
}

// length returns the length of a slice, a map, a string or an array.
func (w *walker) length(st *state, x value) value {
	if x.size != nil {
		return ofLinear(*x.size)
	}
	if x.key == "" {
		return value{}
	}
	return ofLinear(linear{c: 1, sym: w.short("len " + nth(x.key, st.visits[visit{-1, nil}]))})
}

// store writes to memory.
func (w *walker) store(st *state, instr *ssa.Store) {
	addr, val := w.value(st, instr.Addr), w.value(st, instr.Val)
	if hasGroup(instr.Val.Type()) {
		if _, isPtr := instr.Val.Type().Underlying().(*types.Pointer); !isPtr && !isConst(instr.Val) {
			st.event(event{kind: unknown, group: addr.key, instr: instr}) // a copy
		}
	}
	if addr.key == "" {
		w.leak(st, val, instr)
		return
	}
	if w.base(addr.key) == nil || st.isLeaked(addr.key) {
		w.leak(st, val, instr)
	}
	if val.from != "" {
		if under(addr.key, val.from) || under(val.from, addr.key) || st.mem.n > 200 {
			return
		}
		if w.base(val.from) == nil || st.isLeaked(val.from) {
			st.set(addr.key, value{key: val.key}) // what is not known of its fields may be anything
		}
		for key, held := range st.mem.under(val.from) {
			st.set(addr.key+key[len(val.from):], held)
		}
		return
	}
	if _, isStruct := instr.Val.Type().Underlying().(*types.Struct); isStruct {
		for key := range st.mem.under(addr.key) {
			st.set(key, value{}) // what the fields held is gone
		}
	}
	st.set(addr.key, val)
}
