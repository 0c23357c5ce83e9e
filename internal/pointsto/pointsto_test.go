package pointsto

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"
	"golang.org/x/tools/go/ssa/ssautil"

	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

// contentsOf makes SSA of one file, and the contents of its cells.
func contentsOf(t *testing.T, src string) (*Contents, *ssa.Package) {
	t.Helper()
	pkg := ssatest.Build(t, "x", "\n"+src).SSA
	c := New()
	callers := make(map[*ssa.Function][]ssa.CallInstruction)
	for fn := range ssautil.AllFunctions(pkg.Prog) {
		if fn.Pkg != pkg {
			continue
		}
		for _, b := range fn.Blocks {
			for _, instr := range b.Instrs {
				c.Scan(instr)
				if call, ok := instr.(ssa.CallInstruction); ok {
					if callee := call.Common().StaticCallee(); callee != nil {
						callers[callee] = append(callers[callee], call)
					}
				}
			}
		}
	}
	c.Resolve(path.NewTable(), nil, func(fn *ssa.Function) []ssa.CallInstruction { return callers[fn] })
	return c, pkg
}

// text writes what may be at a node: functions with what they have captured, and objects.
func text(c *Contents, tab *path.Table, n *path.Node) string {
	vals, only := c.Values(tab, n)
	var parts []string
	for _, v := range vals {
		switch {
		case v.Func != nil:
			s := v.Func.Name()
			for _, captured := range v.Captured {
				s += fmt.Sprintf(" %v", captured)
			}
			parts = append(parts, s)
		default:
			parts = append(parts, fmt.Sprintf("%s %v", types.TypeString(v.Type, func(*types.Package) string { return "" }), v.Object))
		}
	}
	slices.Sort(parts)
	s := strings.Join(parts, "; ")
	if only {
		s += " (only)"
	}
	return s
}

func TestValues(t *testing.T) {
	tab := path.NewTable()
	self := tab.Param(0)
	field := func(x *path.Node, owner, name string) *path.Node { return tab.Field(x, name, "x."+owner, false) }
	element := func(container *path.Node) *path.Node { return tab.Elem(tab.Deref(container), tab.Const(nil)) }
	for _, test := range []struct {
		name, src string
		at        *path.Node
		want      string
	}{
		{"a literal that captures its struct", `
type T struct { f func(); n int }
func New() *T { t := &T{}; t.f = func() { t.n++ }; return t }`,
			field(self, "T", "f"), "New$1 cell of arg0 (only)"},
		{"nil is nothing", `
type T struct { f func(); n int }
func New() *T { t := &T{}; t.f = func() { t.n++ }; return t }
func (t *T) stop() { t.f = nil }`,
			field(self, "T", "f"), "New$1 cell of arg0 (only)"},
		{"a setter's callers", `
type T struct { f func(); n int }
func (t *T) set(f func()) { t.f = f }
func use(t *T) { t.set(func() { t.n++ }) }
func quiet(t *T) { t.set(func() {}) }`,
			field(self, "T", "f"), "quiet$1; use$1 cell of arg0"},
		{"others may set it", `
type T struct { f func() }
func (t *T) Set(f func()) { t.f = f }`,
			field(self, "T", "f"), ""},
		{"elements of a slice, by the variable that has it", `
type T struct { fs []func(); n int }
func (t *T) add(f func()) { t.fs = append(t.fs, f) }
func use() { t := &T{}; t.add(func() { t.n++ }) }`,
			element(field(self, "T", "fs")), "use$1 cell of arg0"},
		{"elements of the slices in a map", `
type T struct { fs map[string][]func(); n int }
func (t *T) add(topic string, f func()) { t.fs[topic] = append(t.fs[topic], f) }
func use() { t := &T{}; t.add("", func() { t.n++ }) }`,
			element(element(field(self, "T", "fs"))), "use$1 cell of arg0"},
		{"an object in a slice of the captured struct", `
type T struct { subs []*S }
type S struct { cancel func() }
func (t *T) sub() { s := &S{}; s.cancel = func() { t.subs = nil }; t.subs = append(t.subs, s) }`,
			field(tab.Deref(element(field(self, "T", "subs"))), "S", "cancel"), "sub$1 cell of arg0 (only)"},
		{"the same object found elsewhere", `
type T struct { subs []*S }
type S struct { cancel func() }
func (t *T) sub() { s := &S{}; s.cancel = func() { t.subs = nil }; t.subs = append(t.subs, s) }`,
			field(tab.Deref(tab.Param(1)), "S", "cancel"), "sub$1 <nil> (only)"},
		{"interface values of two types", `
type I interface{ m() }
type A struct{ t *T }
func (A) m() {}
type B struct{}
func (*B) m() {}
type T struct { is []I }
func New() *T { t := &T{}; t.is = []I{A{t}, &B{}}; return t }`,
			element(field(self, "T", "is")), "*B <nil>; A (nilsomearg0)"},
		{"a channel, and a map", `
type T struct { ch chan func(); m map[int]func() }
func (t *T) fill() { t.ch <- func() {}; t.m[1] = func() {} }`,
			element(field(self, "T", "ch")), "fill$1"},
		{"an atomic variable", `
import "sync/atomic"
type T struct { f atomic.Pointer[func()] }
func (t *T) fill() { f := func() {}; t.f.Store(&f) }`,
			element(field(self, "T", "f")), "fill$1"},
		{"a struct by value", `
type Config struct { f func() }
type T struct { cfg Config }
type J struct { t *T; n int }
func New(c Config) *T { return &T{cfg: c} }
func make() *J { j := &J{}; j.t = New(Config{f: func() { j.n++ }}); return j }`,
			field(field(tab.Deref(field(self, "J", "t")), "T", "cfg"), "Config", "f"), "make$1 cell of arg0 (only)"},
		{"a struct that is pointed to", `
type Config struct { f func() }
type T struct { cfg *Config }
type J struct { t *T; n int }
func New(c *Config) *T { return &T{cfg: c} }
func make() *J { j := &J{}; j.t = New(&Config{f: func() { j.n++ }}); return j }`,
			field(tab.Deref(field(tab.Deref(field(self, "J", "t")), "T", "cfg")), "Config", "f"), "make$1 cell of arg0 (only)"},
		{"the field of a struct, by value", `
type Config struct { f func() }
type T struct { f func() }
type J struct { t *T; n int }
func New(c Config) *T { return &T{f: c.f} }
func make() *J { j := &J{}; j.t = New(Config{f: func() { j.n++ }}); return j }`,
			field(tab.Deref(field(self, "J", "t")), "T", "f"), "make$1 cell of arg0 (only)"},
		{"the field of a struct that is pointed to, through two functions", `
type Config struct { f func() }
type T struct { f func() }
type J struct { t *T; n int }
func New(c *Config) *T { return newT(c) }
func newT(c *Config) *T { t := new(T); if c.f != nil { t.f = c.f }; return t }
func make() *J { j := &J{}; c := &Config{}; c.f = func() { j.n++ }; j.t = New(c); return j }`,
			field(tab.Deref(field(self, "J", "t")), "T", "f"), "make$1 cell of arg0 (only)"},
		{"an option", `
type T struct { f func() }
type J struct { t *T; n int }
type Option func(*T)
func With(f func()) Option { return func(t *T) { t.f = f } }
func New(opts ...Option) *T { t := &T{}; for _, o := range opts { o(t) }; return t }
func make() *J { j := &J{}; j.t = New(With(func() { j.n++ })); return j }`,
			field(tab.Deref(field(self, "J", "t")), "T", "f"), "make$1 cell of arg0 (only)"},
		{"an option with a method", `
type T struct { f func() }
type J struct { t *T; n int }
type Option interface { apply(*T) }
type optionFunc func(*T)
func (f optionFunc) apply(t *T) { f(t) }
func With(f func()) Option { return optionFunc(func(t *T) { t.f = f }) }
func New(opts ...Option) *T { t := &T{}; for _, o := range opts { o.apply(t) }; return t }
func make() *J { j := &J{}; j.t = New(With(func() { j.n++ })); return j }`,
			field(tab.Deref(field(self, "J", "t")), "T", "f"), "make$1 cell of arg0 (only)"},
		{"an option that is kept in a struct of options", `
type options struct { f func() }
type T struct { f func() }
type J struct { t *T; n int }
type Option func(*options)
func With(f func()) Option { return func(o *options) { o.f = f } }
func New(opts ...Option) *T { var op options; for _, o := range opts { o(&op) }; return &T{f: op.f} }
func make() *J { j := &J{}; j.t = New(With(func() { j.n++ })); return j }`,
			field(tab.Deref(field(self, "J", "t")), "T", "f"), "make$1 cell of arg0 (only)"},
		{"a default", `
type T struct { f func() }
type J struct { t *T; n int }
func New(f func()) *T { if f == nil { f = func() {} }; return &T{f: f} }
func make() *J { j := &J{}; j.t = New(func() { j.n++ }); return j }`,
			field(tab.Deref(field(self, "J", "t")), "T", "f"), "New$1; make$1 cell of arg0"},
		{"an object in an object", `
type S struct { f func() }
type T struct { s *S }
type J struct { t *T; n int }
func New(f func()) *T { t := &T{s: newS()}; t.s.f = f; return t }
func newS() *S { return &S{} }
func make() *J { j := &J{}; j.t = New(func() { j.n++ }); return j }`,
			field(tab.Deref(field(tab.Deref(field(self, "J", "t")), "T", "s")), "S", "f"), "make$1 cell of arg0 (only)"},
		{"objects in a list of an object", `
type S struct { f func() }
type T struct { s [4]*S }
type J struct { t *T; n int }
func New(f func()) *T { t := &T{}; for i := range t.s { t.s[i] = &S{f: f} }; return t }
func make() *J { j := &J{}; j.t = New(func() { j.n++ }); return j }`,
			field(tab.Deref(tab.Elem(field(tab.Deref(field(self, "J", "t")), "T", "s"), tab.Const(nil))), "S", "f"), "make$1 cell of arg0 (only)"},
		{"an object that elements of a map lead back to", `
type I interface { m() }
type G struct { back I }
type M struct { gs map[string]*G }
func (m *M) m() {}
func (m *M) Attach(name string) *G {
	if g, ok := m.gs[name]; ok { return g }
	g := &G{back: m}
	m.gs[name] = g
	return g
}
func make() { m := &M{gs: map[string]*G{}}; m.Attach("a") }`,
			field(tab.Deref(element(field(self, "M", "gs"))), "G", "back"), "*M arg0 (only)"},
		{"a package-level variable", `
var hook = func() {}
var hooks []func()
func add() { hooks = append(hooks, hook) }`,
			tab.Global("x.hook"), "init$1 (only)"},
	} {
		c, _ := contentsOf(t, test.src)
		if got := text(c, tab, test.at); got != test.want {
			t.Errorf("%s: %v is\n\t%q, want\n\t%q", test.name, test.at, got, test.want)
		}
	}
}

func TestAlias(t *testing.T) {
	tab := path.NewTable()
	store := tab.Param(0)
	replica := tab.Deref(tab.Elem(tab.Deref(tab.Field(store, "all", "x.Store", false)), tab.Const(nil)))
	back := tab.Field(replica, "store", "x.Replica", false)
	const common = `
type Store struct { all map[int]*Replica }
type Replica struct { store *Store }
func (s *Store) add(i int) { s.all[i] = &Replica{store: s} }
`
	c, _ := contentsOf(t, common)
	if got := c.Alias(tab, back); got != store {
		t.Errorf("the replica's store is %v, want the store", got)
	}
	c, _ = contentsOf(t, `
type Store struct { all map[*Replica]bool }
type Replica struct { store *Store }
func (s *Store) add() { s.all[&Replica{store: s}] = true }
`)
	key := tab.Key(tab.Deref(tab.Field(store, "all", "x.Store", false)), tab.Const(nil))
	if got := c.Alias(tab, tab.Field(key, "store", "x.Replica", false)); got != store {
		t.Errorf("the store of a replica that is a key is %v, want the store", got)
	}
	c, _ = contentsOf(t, common+"func (r *Replica) move(s *Store) { r.store = s }")
	if got := c.Alias(tab, back); got != nil {
		t.Errorf("the store of a replica that is moved is %v, want nothing", got)
	}
	c, _ = contentsOf(t, common+"func (s *Store) take(r *Replica) { s.all[0] = r }")
	if got := c.Alias(tab, back); got != nil {
		t.Errorf("the store of any replica is %v, want nothing", got)
	}
}

func TestMade(t *testing.T) {
	c, _ := contentsOf(t, `
type T struct { p, q *S; all []*S; given *S }
type S struct{}
func New(s *S) *T { p := &S{}; return &T{p: p, q: new(S), all: []*S{p}, given: s} }`)
	makes := func(*ssa.Function, int) bool { return false }
	sites := func(field string) int {
		made, all := c.Made("x.T."+field, makes)
		if !all {
			return -1
		}
		return len(made)
	}
	for field, want := range map[string]int{"p": 1, "q": 1, "all": 1, "given": -1} {
		if got := sites(field); got != want {
			t.Errorf("%s holds what is made in %d places, want %d", field, got, want)
		}
	}
}

func TestAllocs(t *testing.T) {
	c, _ := contentsOf(t, `
type T struct { p, q, r, given *S; all []*S }
type S struct{}
func made(big bool) *S {
	if big {
		return new(S)
	}
	s := &S{}
	return s
}
func pair() (*S, error) { return made(true), nil }
func New(s *S) *T {
	t := &T{p: made(false), given: s}
	t.q, _ = pair()
	t.r = t.p
	t.all = []*S{new(S), t.q}
	return t
}`)
	for field, want := range map[string]int{"p": 2, "q": 2, "r": 2, "all": 3, "given": 0} {
		got, ok := c.Allocs("x.T." + field)
		if len(got) != want || ok != (want > 0) {
			t.Errorf("%s points to %d variables, %t, want %d", field, len(got), ok, want)
		}
	}
}
