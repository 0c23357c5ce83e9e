package summary

import (
	"bytes"
	"go/constant"
	"go/token"
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
	step := func(line int, fn, what string) flow.Step {
		return flow.Step{File: "cache.go", Line: line, Func: fn, What: what}
	}
	locks := []flow.Step{step(10, "(*Cache).Get", "calls (*Cache).lock"), step(20, "(*Cache).lock", "locks c.mu")}
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
		"releases arg0.mu": {Outcomes: []flow.Outcome{{
			Nets: []flow.Net{{Lock: mu, Delta: -1, Steps: locks[1:]}},
		}}},
	}
}

// One fact and what it refers to.
func encode(s *flow.Summary) (*Fact, *Tables) {
	e := NewEncoder(token.NewFileSet(), all)
	f := e.Fact(s)
	return f, e.Tables()
}

func decode(f *Fact, tables *Tables) (*flow.Summary, error) {
	d, err := tables.Open(path.NewTable())
	if err != nil {
		return nil, err
	}
	return d.Summary(f)
}

// A summary comes out of its fact as it went in, in another package's terms.
func TestFact(t *testing.T) {
	for want, s := range samples(path.NewTable()) {
		fact, tables := encode(s)
		if fact == nil {
			t.Errorf("%s: no fact", want)
			continue
		}
		if got := fact.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		decoded, err := decode(fact, tables)
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		if again, tables2 := encode(decoded); again == nil || !bytes.Equal(again.Data, fact.Data) || !bytes.Equal(tables2.Data, tables.Data) {
			t.Errorf("%s: decoding and encoding changed the fact", want)
		}
	}
}

// What facts have in common is written once.
func TestTables(t *testing.T) {
	table := path.NewTable()
	s := samples(table)["waits for cache.Store.mu under arg0.mu(r)"]
	e := NewEncoder(token.NewFileSet(), all)
	first := e.Fact(s)
	size := len(e.Tables().Data)
	if got, want := first.String(), Format(s); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	second := e.Fact(s)
	if grown := len(e.Tables().Data) - size; grown != 0 || !bytes.Equal(first.Data, second.Data) {
		t.Errorf("the same summary once more takes %d bytes in the tables", grown)
	}
	if len(second.Data) > 20 {
		t.Errorf("it takes %d bytes beside the tables: %q", len(second.Data), second.Data)
	}
}

// Damaged facts give errors: no panic, and no endless work.
func TestDamagedFact(t *testing.T) {
	for name, s := range samples(path.NewTable()) {
		fact, tables := encode(s)
		damage(fact.Data, func(data []byte, short bool) {
			if _, err := decode(&Fact{Data: data}, tables); err == nil && short {
				t.Errorf("%s: no error for %d of %d bytes", name, len(data), len(fact.Data))
			}
		})
		damage(tables.Data, func(data []byte, short bool) {
			if _, err := decode(fact, &Tables{data}); err == nil && short {
				t.Errorf("%s: no error for %d of %d bytes of the tables", name, len(data), len(tables.Data))
			}
		})
	}
	for _, data := range []string{"", "\x00", "\x01", "\xff", "\x07\xff\xff\xff\xff\x07", "\x07\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"} {
		if _, err := decode(new(Fact), &Tables{[]byte(data)}); err == nil {
			t.Errorf("no error for %q", data)
		}
	}
	other := newTables(nil).pack()
	other[0]++
	if _, err := decode(&Fact{Data: make([]byte, 5)}, &Tables{other}); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("fact of another version: %v", err)
	}
	other[0]--
	if _, err := decode(&Fact{Data: make([]byte, 5)}, &Tables{other}); err != nil {
		t.Errorf("an empty fact: %v", err)
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
		tables := newTables(nil)
		for i, p := range parts {
			tables.number(p)
			if len(tables.numbers) != i+1 {
				t.Fatalf("%s: parts %q are not different", name, parts)
			}
		}
		d, err := (&Tables{tables.pack()}).Open(path.NewTable())
		if err != nil {
			t.Fatal(name, err)
		}
		w := &writer{tables: newTables(nil)}
		w.uint(1)
		w.uint(int(flow.Acquire))
		w.uint(0)
		w.uint(len(parts) - 1)
		if _, err := d.Summary(&Fact{Data: w.buf}); err == nil {
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
		fact, tables := encode(s)
		f.Add(fact.Data, tables.Data)
	}
	f.Fuzz(func(t *testing.T, fact, tables []byte) {
		if s, err := decode(&Fact{Data: fact}, &Tables{tables}); err == nil {
			f, _ := encode(s)
			if f != nil {
				_ = f.String()
			}
		}
	})
}
