package conc

import (
	"errors"
	"maps"
	"slices"
	"testing"
)

// The search finds the races that are plain to see, and no others.
func TestRaces(t *testing.T) {
	lock := func(l int, body ...*stmt) *stmt { return &stmt{op: section, lock: l, body: body} }
	shared := func(body ...*stmt) *stmt { return &stmt{op: section, lock: plain, read: true, body: body} }
	write := func() *stmt { return &stmt{op: use, write: true} }
	read := func() *stmt { return &stmt{op: use} }
	run := &stmt{op: start, fn: 1}
	for _, c := range []struct {
		name    string
		main, g []*stmt
		want    int
	}{
		{"two writes", []*stmt{run, write()}, []*stmt{write()}, 1},
		{"two reads", []*stmt{run, read()}, []*stmt{read()}, 0},
		{"one lock", []*stmt{run, lock(0, write())}, []*stmt{lock(0, read())}, 0},
		{"two locks", []*stmt{run, lock(0, write())}, []*stmt{lock(1, read())}, 1},
		{"writes of readers", []*stmt{run, shared(write())}, []*stmt{shared(read())}, 1},
		{"before it starts", []*stmt{write(), run}, []*stmt{read()}, 0},
		{"after it has ended", []*stmt{run, {op: wait}, write()}, []*stmt{read()}, 0},
		{"a message", []*stmt{run, {op: receive}, write()}, []*stmt{read(), {op: send}}, 0},
		{"after the message", []*stmt{run, {op: receive}, write()}, []*stmt{{op: send}, read()}, 1},
	} {
		p := &Program{routines: [][]*stmt{c.main, c.g}, buffers: make([]int, chans), fields: fields}
		p.number()
		_, _, races, err := p.explore(World{}, true)
		if err != nil {
			t.Fatal(err)
		}
		if len(races) != c.want {
			t.Errorf("%s: got %v, want %d", c.name, slices.Collect(maps.Keys(races)), c.want)
		}
	}
}

// What guardedby says of the first programs of a seed are races. More of them are run by
// internal/measure/oracle.
func TestRacyPrograms(t *testing.T) {
	programs := 300
	if testing.Short() {
		programs = 60
	}
	findings, races, missed := 0, 0, 0
	for n := range programs {
		p := NewRacy(1, n)
		v, err := JudgeRaces(p)
		if errors.Is(err, errTooLarge) {
			continue
		}
		if err != nil {
			t.Fatal(n, err)
		}
		findings, races, missed = findings+len(v.Findings), races+v.Races, missed+v.Missed
		for _, f := range v.Wrong {
			small, what := MinimiseRacy(p, f.Category, false)
			t.Errorf("program %d: wrong %s\n%s\n%s", n, f.Category, what, small.Source())
		}
	}
	t.Logf("%d programs: %d findings, %d races, %d missed", programs, findings, races, missed)
	if findings < programs/10 || races < programs/10 {
		t.Error("too few to tell anything")
	}
}
