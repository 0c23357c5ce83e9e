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

// A summary comes out of its fact as it went in, in another package's terms.
func TestFact(t *testing.T) {
	for want, s := range samples(path.NewTable()) {
		fact := Encode(s, token.NewFileSet(), all)
		if fact == nil {
			t.Errorf("%s: no fact", want)
			continue
		}
		if got := fact.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
		decoded, err := fact.Decode(path.NewTable())
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		if again := Encode(decoded, token.NewFileSet(), all); again == nil || !bytes.Equal(again.Data, fact.Data) {
			t.Errorf("%s: decoding and encoding changed the fact", want)
		}
	}
}

// Damaged facts give errors: no panic, and no endless work.
func TestDamagedFact(t *testing.T) {
	for name, s := range samples(path.NewTable()) {
		data := Encode(s, token.NewFileSet(), all).Data
		for n := range data {
			if _, err := (&Fact{data[:n]}).Decode(path.NewTable()); err == nil {
				t.Errorf("%s: no error for the first %d of %d bytes", name, n, len(data))
			}
			for _, b := range []byte{0, 1, 0x7f, 0x80, 0xff, data[n] + 1} {
				damaged := bytes.Clone(data)
				damaged[n] = b
				decodeAny(damaged)
			}
		}
		if _, err := (&Fact{append(bytes.Clone(data), 0)}).Decode(path.NewTable()); err == nil {
			t.Errorf("%s: no error for a byte too many", name)
		}
	}
	for _, data := range []string{"", "\x00", "\x01", "\xff", "\x01\xff\xff\xff\xff\x07", "\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"} {
		if _, err := (&Fact{[]byte(data)}).Decode(path.NewTable()); err == nil {
			t.Errorf("no error for %q", data)
		}
	}
	other := []byte{factVersion + 1, 0, 0, 0}
	if _, err := (&Fact{other}).Decode(path.NewTable()); err == nil || !strings.Contains(err.Error(), "version") {
		t.Errorf("fact of another version: %v", err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range samples(path.NewTable()) {
		f.Add(Encode(s, token.NewFileSet(), all).Data)
	}
	f.Fuzz(func(t *testing.T, data []byte) { decodeAny(data) })
}

// decodeAny decodes data and does what users of facts do with the outcome.
func decodeAny(data []byte) {
	fact := &Fact{data}
	_ = fact.String()
	if s, err := fact.Decode(path.NewTable()); err == nil {
		Encode(s, token.NewFileSet(), all)
	}
}
