package summary

import (
	"bytes"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

func all(string) bool { return true }

// samples are summaries that use everything a fact can hold.
func samples(t *path.Table) map[string]*flow.Summary {
	recv := t.Deref(t.Param(0))
	mu := t.Field(t.Param(0), "mu", "cache.Cache", false)
	closed := t.Deref(t.Field(t.Param(0), "closed", "cache.Cache", false))
	all := t.Field(t.Field(recv, "inner", "", true), "all", "cache.inner", false)
	step := func(line int, fn, what string) *flow.Step {
		return &flow.Step{File: "cache.go", Line: line, Func: fn, What: what}
	}
	locks := []*flow.Step{step(10, "(*Cache).Get", "calls (*Cache).lock"), step(20, "(*Cache).lock", "locks c.mu")}
	return map[string]*flow.Summary{
		"acquires arg0.mu if !arg0.closed": {Events: []flow.Event{{
			Kind: flow.Acquire, Lock: mu, Guard: []flow.Literal{{Cond: closed}}, Steps: locks,
		}}},
		"needs cache.mu(r)": {Events: []flow.Event{{
			Kind: flow.Release, Lock: t.Global("cache.mu"), Mode: model.Read, Steps: locks[1:],
		}}},
		"acquires arg0.inner.all[arg1]": {Events: []flow.Event{{
			Kind: flow.Acquire, Lock: t.Elem(all, t.Param(1)), Steps: locks[1:],
		}}},
		"calls arg1 under arg0.mu under arg0.mu(r)": {Events: []flow.Event{{
			Kind: flow.Call, Param: t.Param(1), Steps: locks[1:],
			Held: []flow.HeldLock{{Lock: mu, Steps: locks}, {Lock: t.RLocker(mu), Mode: model.Read, Steps: locks[1:]}},
		}}},
		"calls arg1.Close under arg0.mu": {Events: []flow.Event{{
			Kind: flow.Call, Param: t.Param(1), Method: "Close", Steps: locks[1:], Held: []flow.HeldLock{{Lock: mu, Steps: locks}},
		}}},
		"calls arg1(_, Boolfalse) under arg0.mu": {Events: []flow.Event{{
			Kind: flow.Call, Param: t.Param(1), Given: []*path.Node{nil, t.Bool(false)}, Steps: locks[1:], Held: []flow.HeldLock{{Lock: mu, Steps: locks}},
		}}},
		"returns holding arg0.mu result0=Booltrue": {Outcomes: []flow.Outcome{
			{
				Results: []*path.Node{t.Bool(true), nil},
				Nets:    []flow.Net{{Lock: mu, Delta: 1, Steps: locks}},
			},
			{
				Guard: []flow.Literal{
					{Cond: t.Op("==", t.Param(1), t.Const(constant.MakeInt64(-7))), Val: true},
					{Cond: t.Op("==", t.Param(2), t.Const(constant.MakeString("x"))), Val: true},
					{Cond: t.Op("len", t.Param(2), nil)},
				},
				Results: []*path.Node{t.Bool(false), flow.NotNil(t)},
			},
		}},
		"waits for cache.Store.mu under arg0.mu(r)": {Points: []flow.Point{{
			Lock: t.Class("cache.Store.mu", "cache.inner.mu", "q.Within"), Held: []flow.HeldLock{{Lock: mu, Mode: model.Read, Maybe: true, Steps: locks}},
			Gone: []*path.Node{t.Global("cache.mu")}, Guard: []flow.Literal{{Cond: closed}}, Steps: locks[1:],
		}}},
		"waits for cache.Store.mu under arg0.mu through a kept function": {Points: []flow.Point{{
			Lock: t.Class("cache.Store.mu", "cache.inner.mu", ""), Held: []flow.HeldLock{{Lock: mu, Steps: locks}}, Kept: true, Steps: locks[1:],
		}}},
		"releases arg0.mu": {Outcomes: []flow.Outcome{{
			Nets: []flow.Net{{Lock: mu, Delta: -1, Steps: locks[1:]}},
		}}},
	}
}

func encode(s *flow.Summary) *Fact {
	return encodeMany(map[string]*flow.Summary{"": s})
}

func encodeMany(many map[string]*flow.Summary) *Fact {
	exports := make(map[string]Export)
	for name, s := range many {
		exports[name] = Exported(s, nil, all, nil, path.NewTable())
	}
	return Encode(exports, token.NewFileSet())
}

func decode(f *Fact, name string) (*flow.Summary, error) {
	d, err := f.Open(path.NewTable())
	if err != nil {
		return nil, err
	}
	return d.Summary(name)
}

// A summary comes out of its fact as it went in, in another package's terms.
func TestFact(t *testing.T) {
	for want, s := range samples(path.NewTable()) {
		fact := encode(s)
		if fact == nil {
			t.Errorf("%s: no fact", want)
			continue
		}
		if got := fact.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		decoded, err := decode(fact, "")
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		if again := encode(decoded); again == nil || !bytes.Equal(again.Data, fact.Data) {
			t.Errorf("%s: decoding and encoding changed the fact", want)
		}
	}
}

// A fact tells of several functions, and says once what they have in common.
func TestTogether(t *testing.T) {
	many := samples(path.NewTable())
	many["nothing"] = new(flow.Summary)
	f := encodeMany(many)
	if f.Has("nothing") || f.Has("nobody") {
		t.Errorf("the fact tells of nothing: %q", f.Names)
	}
	delete(many, "nothing")
	for want := range many {
		if s, err := decode(f, want); !f.Has(want) || err != nil || s.String() != want {
			t.Errorf("got %v, %v, want %q", s, err, want)
		}
	}
	if s, err := decode(f, "nobody"); s != nil || err != nil {
		t.Errorf("got %v, %v for what it does not tell of", s, err)
	}
	t2 := path.NewTable()
	many["New"] = &flow.Summary{Outcomes: []flow.Outcome{{Results: []*path.Node{flow.New(t2)}}}}
	many["Find"] = &flow.Summary{Outcomes: []flow.Outcome{{Results: []*path.Node{flow.New(t2)}}, {Results: []*path.Node{nil}}}}
	many["Open"] = &flow.Summary{Outcomes: []flow.Outcome{{Results: []*path.Node{flow.New(t2), t2.Const(nil)}}, {Results: []*path.Node{t2.Const(nil), nil}}}}
	many["None"] = &flow.Summary{Outcomes: []flow.Outcome{{Results: []*path.Node{t2.Const(nil)}}}}
	f = encodeMany(many)
	for name, want := range map[string]Making{"New": Always, "Open": OrNil, "Find": Never, "None": Never} {
		if got := f.Makes(name); got != want || f.Has(name) {
			t.Errorf("%s: %v, want %v (%q, of %q)", name, got, want, f.Made, f.Names)
		}
	}
	s := many["waits for cache.Store.mu under arg0.mu(r)"]
	one := encodeMany(map[string]*flow.Summary{"a": s})
	two := encodeMany(map[string]*flow.Summary{"a": s, "b": s})
	if grown := len(two.Data) - len(one.Data); grown > 10 {
		t.Errorf("the same summary once more takes %d bytes", grown)
	}
}

// Who has the fact is passed on by x/tools to all who can call the function.
func TestOwner(t *testing.T) {
	const source = `package p
var V func()
type F func()
type I interface { M() }
type T[P any] struct { f func() }
func (*T[P]) M() {}
func G() {}`
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "p.go", source, 0)
	if err != nil {
		t.Fatal(err)
	}
	pkg, err := new(types.Config).Check("p", fset, []*ast.File{file}, nil)
	if err != nil {
		t.Fatal(err)
	}
	v := func(name string) types.Object { return pkg.Scope().Lookup(name) }
	tee := v("T").Type().(*types.Named)
	im := v("I").Type().Underlying().(*types.Interface).Method(0)
	field := tee.Underlying().(*types.Struct).Field(0)
	for _, c := range []struct {
		obj, owner types.Object
		name       string
	}{
		{v("V"), nil, "V"}, {v("G"), nil, "G"},
		{tee.Method(0), v("T"), "M"},
		{v("F"), v("F"), ""}, {im, im, ""}, {field, field, ""},
	} {
		if owner, name := Owner(c.obj); owner != c.owner || name != c.name {
			t.Errorf("%v: got %v, %q", c.obj, owner, name)
		}
	}
}

// Damaged facts give errors: no panic, and no endless work.
func TestDamagedFact(t *testing.T) {
	for name, s := range samples(path.NewTable()) {
		data := encode(s).Data
		damage(data, func(data []byte, short bool) {
			f := &Fact{Names: []string{""}, Data: data}
			if _, err := decode(f, ""); err == nil && short {
				t.Errorf("%s: no error for %d bytes", name, len(data))
			}
			_ = f.String()
		})
		if _, err := decode(&Fact{Names: []string{"", "more"}, Data: data}, ""); err == nil {
			t.Errorf("%s: no error for a name too many", name)
		}
	}
	for _, data := range []string{"", "\x00", "\x01", "\xff", "\x07\xff\xff\xff\xff\x07", "\x07\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"} {
		if _, err := decode(&Fact{Data: []byte(data)}, ""); err == nil {
			t.Errorf("no error for %q", data)
		}
	}
	other := (&writer{tables: newTables(nil)}).pack()
	if _, err := decode(&Fact{Data: other}, ""); err != nil {
		t.Errorf("an empty fact: %v", err)
	}
	other[0]++
	if _, err := decode(&Fact{Data: other}, ""); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("fact of another version: %v", err)
	}
}

// damage calls try with all beginnings of data, one byte too many, and single bytes changed.
func damage(data []byte, try func(data []byte, short bool)) {
	for n := range data {
		try(data[:n], true)
		for _, b := range []byte{0, 1, 0x7f, 0x80, 0xff, data[n] + 1} {
			damaged := bytes.Clone(data)
			damaged[n] = b
			try(damaged, false)
		}
	}
	try(append(bytes.Clone(data), 0), true)
}

// Parts that refer to themselves or to later ones are refused.
func TestEndlessFact(t *testing.T) {
	deref := string(rune(path.Deref))
	for name, parts := range map[string][]string{
		"itself": {deref + "\x00"},
		"later":  {deref + "\x01", deref + "\x00"},
		"deep":   deep(),
	} {
		w := &writer{tables: newTables(nil)}
		for i, p := range parts {
			w.number(p)
			if len(w.numbers) != i+1 {
				t.Fatalf("%s: parts %q are not different", name, parts)
			}
		}
		body := &writer{}
		body.uint(1)
		body.uint(int(flow.Acquire))
		body.uint(0)
		body.uint(len(parts) - 1)
		w.uint(len(body.buf))
		w.buf = append(w.buf, body.buf...)
		d, err := (&Fact{Names: []string{""}, Data: w.pack()}).Open(path.NewTable())
		if err != nil {
			t.Fatal(name, err)
		}
		if _, err := d.Summary(""); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func deep() (parts []string) {
	w := &writer{}
	w.uint(int(path.Param))
	w.int(0)
	parts = append(parts, string(w.buf))
	for i := range 1000 {
		w := &writer{}
		w.uint(int(path.Deref))
		w.uint(i)
		parts = append(parts, string(w.buf))
	}
	return parts
}

func FuzzDecode(f *testing.F) {
	for _, s := range samples(path.NewTable()) {
		f.Add(encode(s).Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if s, err := decode(&Fact{Names: []string{""}, Data: data}, ""); err == nil {
			if f := encode(s); f != nil {
				_ = f.String()
			}
		}
	})
}
