package conc

import (
	"strings"
	"testing"
)

// What lockvet says of the first programs of a seed is what happens when they run. More
// of them are run by internal/measure/oracle.
func TestPrograms(t *testing.T) {
	programs := 400
	if testing.Short() {
		programs = 100
	}
	findings, elsewhere, deadlocks, missed := 0, 0, 0, 0
	for n := range programs {
		p := New(1, n)
		v, err := Judge(p)
		if err != nil {
			t.Fatal(n, err)
		}
		findings, deadlocks, missed = findings+len(v.Findings), deadlocks+len(v.Deadlocks), missed+len(v.Missed)
		elsewhere += len(v.Elsewhere)
		for _, k := range v.Kinds() {
			if strings.HasPrefix(k, "wrong") {
				small, what := Minimise(p, k)
				t.Errorf("program %d: %s\n%s\n%s", n, k, what, small.Source())
			}
		}
	}
	t.Logf("%d programs: %d findings, %d of them need what the program does not have, %d deadlocks, %d missed", programs, findings, elsewhere, deadlocks, missed)
	if findings < programs/10 || deadlocks < programs/10 {
		t.Error("too few to tell anything")
	}
	if missed*100 > deadlocks*10 {
		t.Error("more than 10% missed")
	}
}

// The search finds the deadlocks that are plain to see.
func TestExplore(t *testing.T) {
	lock := func(l int, body ...*stmt) *stmt { return &stmt{op: section, lock: l, body: body} }
	read := func(body ...*stmt) *stmt { return &stmt{op: section, lock: plain, read: true, body: body} }
	run := &stmt{op: start, fn: 1}
	for _, c := range []struct {
		name string
		main []*stmt
		g    []*stmt
		want string
	}{
		{"one order", []*stmt{run, lock(0, lock(1))}, []*stmt{lock(0, lock(1))}, ""},
		{"two orders", []*stmt{run, lock(0, lock(1))}, []*stmt{lock(1, lock(0))}, "locks"},
		{"a gate", []*stmt{run, lock(2, lock(0, lock(1)))}, []*stmt{lock(2, lock(1, lock(0)))}, ""},
		{"before it starts", []*stmt{lock(0, lock(1)), run}, []*stmt{lock(1, lock(0))}, ""},
		{"readers", []*stmt{run, read(read())}, []*stmt{read(read())}, ""},
		{"a writer between", []*stmt{run, read(read())}, []*stmt{lock(plain)}, "locks"},
		{"a message under a lock", []*stmt{run, lock(0, &stmt{op: receive})}, []*stmt{lock(0), {op: send}}, "blocks"},
		{"a message without", []*stmt{run, lock(0), {op: receive}}, []*stmt{lock(0), {op: send}}, ""},
		{"a message for nobody", []*stmt{run, {op: send}}, nil, "other"},
		{"done under a lock", []*stmt{run, lock(0, &stmt{op: wait})}, []*stmt{lock(0)}, "blocks"},
	} {
		p := &Program{routines: [][]*stmt{c.main, c.g}, buffers: make([]int, chans)}
		p.number()
		found, _, err := p.Explore(World{})
		if err != nil {
			t.Fatal(err)
		}
		kinds := map[string]bool{}
		for _, d := range found {
			kinds[d.Kind] = true
		}
		if c.want == "" && len(kinds) > 0 || c.want != "" && !kinds[c.want] {
			t.Errorf("%s: got %v, want %q", c.name, found, c.want)
		}
	}
}

// Each goroutine that hangs by itself is a deadlock of its own. Conditions in helpers, which
// are written as true, are true.
func TestAlone(t *testing.T) {
	twice := &stmt{op: section, lock: 0, body: []*stmt{{op: section, lock: 0}}}
	other := &stmt{op: section, lock: 1, body: []*stmt{{op: section, lock: 1}}}
	p := &Program{
		routines: [][]*stmt{{{op: start, fn: 1}, twice}, {{op: call}}},
		helpers:  [][]*stmt{{{op: iff, body: []*stmt{other}}}},
		buffers:  make([]int, chans),
	}
	p.number()
	found, _, err := p.Explore(World{})
	if err != nil || len(found) != 2 || found[0].Kind != "locks" || found[1].Kind != "locks" {
		t.Errorf("got %v, %v; want the two that lock twice\n%s", found, err, p.Source())
	}
}
