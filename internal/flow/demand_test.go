package flow

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/lockset"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/ssax/ssatest"
)

// anyCall returns a call that is no operation of the model.
func anyCall(t *testing.T) ssa.CallInstruction {
	t.Helper()
	pkg := ssatest.Build(t, "p", "\nfunc f(g func()) { g() }").SSA
	for _, instr := range pkg.Func("f").Blocks[0].Instrs {
		if call, ok := instr.(ssa.CallInstruction); ok {
			return call
		}
	}
	t.Fatal("there is no call")
	return nil
}

// The answer to each demand for a lock in mode Write, then Read, by what is known of it: the finding, or the verdict.
const answers = `
                        waits                       unlocks                     waits on a Cond             has a contract: held        has a contract: free        Do
unknown                 open open                   open open                   open open                   open open                   open open                   open open
held                    again readunderwrite        met mode                    met mode                    met met                     excluded excluded           once met
held(r)                 upgrade recursiveread       mode met                    mode met                    unheld met                  excluded met                met met
retaken                 again readunderwrite        met mode                    met mode                    met met                     excluded excluded           once met
released                met met                     twice twice                 unheld unheld               unheld unheld               met met                     met met
used                    met met                     twice twice                 unheld unheld               unheld unheld               met met                     met met
given up                met met                     twice twice                 unheld unheld               unheld unheld               met met                     met met
failed                  open open                   tried open                  open open                   open open                   open open                   open open
`

// ways are operations that lead to the phases of the table.
var ways = []struct {
	name string
	mode model.Mode
	ops  []lockset.Operation
}{
	{"unknown", model.Write, nil},
	{"held", model.Write, []lockset.Operation{lockset.Lock}},
	{"held(r)", model.Read, []lockset.Operation{lockset.Lock}},
	{"retaken", model.Write, []lockset.Operation{lockset.Unlock, lockset.Lock}},
	{"released", model.Write, []lockset.Operation{lockset.Lock, lockset.Unlock}},
	{"used", model.Write, []lockset.Operation{lockset.Use}},
	{"given up", model.Write, []lockset.Operation{lockset.Unlock}},
	{"failed", model.Write, []lockset.Operation{lockset.Fail}},
}

var demanding = []EventKind{Acquire, Release, Need, Hold, Exclude, Enter}

// verdict is what a demand leads to, in a word.
func verdict(d *demand, a *answer) string {
	if a.Verdict != lockset.Violated {
		return a.Verdict.String()
	}
	_, category, _ := strings.Cut(d.finding(a).Kind.Check(), "/")
	return category
}

func TestDemands(t *testing.T) {
	names := newWorld()
	w := &walker{t: names.t}
	lock, call := names.locks[0], anyCall(t)
	var got strings.Builder
	fmt.Fprintf(&got, "\n%-24s%-28s%-28s%-28s%-28s%-28s%s\n", "", "waits", "unlocks", "waits on a Cond", "has a contract: held", "has a contract: free", "Do")
	for _, way := range ways {
		line := fmt.Sprintf("%-24s", way.name)
		for _, by := range demanding {
			var cell []string
			for _, mode := range []model.Mode{model.Write, model.Read} {
				s := &state{}
				for _, op := range way.ops {
					s.locks.Do(op, known{Lock: lock, Mode: way.mode, By: &act{site: call}})
				}
				w.onces = s.locks
				d := &demand{by: by, lock: lock, mode: mode, site: call}
				a := w.meets(s, d)
				cell = append(cell, verdict(d, &a))
			}
			line += fmt.Sprintf("%-28s", strings.Join(cell, " "))
		}
		got.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	if got.String() != answers {
		t.Errorf("the answers are%s", got.String())
	}
}

// Nothing is violated for an entry that is in doubt, or a demand that is not certain; what is met or open stays so.
func TestDemandDoubts(t *testing.T) {
	names := newWorld()
	w := &walker{t: names.t}
	r := rand.New(rand.NewPCG(5, 6))
	call := anyCall(t)
	seen := make(map[lockset.Verdict]int)
	for range 20000 {
		sure := &state{}
		for range r.IntN(8) {
			op := lockset.Operation(r.IntN(int(lockset.Unlock) + 1))
			sure.locks.Do(op, known{Lock: names.locks[r.IntN(len(names.locks))], Mode: model.Mode(r.IntN(2)), By: &act{site: call}})
		}
		doubtful := sure.clone()
		for i := range doubtful.locks.All() {
			doubtful.locks.All()[i].Doubt = lockset.Doubt(r.IntN(4))
		}
		d := demand{by: demanding[r.IntN(len(demanding)-1)], lock: names.locks[r.IntN(len(names.locks))], mode: model.Mode(r.IntN(2)), site: call}
		before, was := doubtful.String(), w.meets(sure, &d)
		d.maybe = r.IntN(3) == 0
		a := w.meets(doubtful, &d)
		seen[a.Verdict]++
		wrong := a.Verdict == lockset.Violated && (d.maybe || !a.Entry.Sure())
		switch was.Verdict {
		case lockset.Violated:
			wrong = wrong || a.Verdict == lockset.Met || a.Verdict == lockset.Open && was.Violation != lockset.NotGot
		default:
			wrong = wrong || a.Verdict != was.Verdict
		}
		if wrong {
			t.Fatalf("event %d, %s, maybe: %t: %s in\n%s\nand %s in\n%s", d.by, lockset.Demand[any]{Want: demands[d.by].want, Lock: d.lock, Mode: d.mode}, d.maybe, was, sure, a, doubtful)
		}
		if now := doubtful.String(); now != before && d.by != Release {
			t.Fatalf("the answer changes the state from\n%s\nto\n%s", before, now)
		}
	}
	for v := lockset.Open; v <= lockset.Doubtful; v++ {
		if seen[v] == 0 {
			t.Errorf("no demand was %s", v)
		}
	}
}
