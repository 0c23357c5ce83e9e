package guard

import (
	"fmt"
	"go/token"
	"go/types"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/ssax/ssatest"
	"github.com/lockvet/lockvet/internal/summary"
)

const header = "import \"sync\"; var _ sync.Mutex; "

// analyse makes the input of Find out of a source file that imports sync alone.
func analyse(t *testing.T, src string) (Input, *token.FileSet) {
	t.Helper()
	p := ssatest.Build(t, "example.com/p", header+src)
	set := contract.Read(p.Files, p.SSA.Pkg, p.Info)
	nothing := func(types.Object, *path.Table) *flow.Summary { return nil }
	sum := summary.Analyze(p.SSA, p.Funcs, summary.Imports{Summary: nothing}, set, false, Watch(p.SSA, set, nil), nil)
	return Input{
		Package: sum, SSA: p.SSA, Contracts: set, Files: p.Files, Info: p.Info,
		Peers: func() *peers.Graph { return peers.New(p.SSA, p.Funcs, sum.Table, sum.Foreign, sum.Contents) },
	}, p.Fset
}

// found lists what Find says: "category line variable".
func found(t *testing.T, src string) (out []string) {
	in, fset := analyse(t, src)
	for _, f := range Find(in) {
		out = append(out, fmt.Sprintf("%s %d %s", f.Category, fset.Position(f.Access.Pos).Line, f.Access.Var.Name()))
	}
	return out
}

// counter has a field, and two methods that have the lock.
const counter = `
type C struct { mu sync.RWMutex; n int; m map[int]int; p *int }
func (c *C) Set(n int) { c.mu.Lock(); c.n = n; c.m[n] = n; c.p = &n; c.mu.Unlock() }
func (c *C) Get() int { c.mu.RLock(); defer c.mu.RUnlock(); if c.p != nil { return *c.p }; return c.n + c.m[0] }
`

func TestFind(t *testing.T) {
	for _, c := range []struct{ name, src, want string }{
		{"all agree", ``, ""},
		{"a write", `func (c *C) F() { c.mu.Lock(); c.mu.Unlock(); c.n = 1 }`, "forgotten 5 n"},
		{"a read of a map", `func (c *C) F() int { c.mu.Lock(); c.mu.Unlock(); return c.m[1] }`, "forgotten 5 m"},
		{"any other read", `func (c *C) F() int { c.mu.Lock(); c.mu.Unlock(); return c.n }`, "outside 5 n"},
		{"both ways", `func (c *C) F() int { c.mu.Lock(); n := c.n; c.mu.Unlock(); return n + c.n }`, "forgotten 5 n"},
		{"a getter", `func (c *C) F() int { return c.n }`, "getter 5 n"},
		{"no getter", `func (c *C) f() int { return c.n }`, ""},
		{"the copy of a map", `func (c *C) F() int { c.mu.Lock(); m := c.m; c.mu.Unlock(); return m[1] }`, "leaked 5 m"},
		{"a write among readers", `func (c *C) F() { c.mu.RLock(); c.n++; c.mu.RUnlock() }
func (c *C) G() { c.mu.Lock(); c.n++; c.mu.Unlock() }`, "readlock 5 n"},
		{"one goroutine for each", `func (c *C) F() { c.mu.Lock(); c.mu.Unlock(); go c.f() }
func (c *C) f() { c.n++ }`, ""},
		{"the caller has it", `func (c *C) F() { c.mu.Lock(); c.f(); c.mu.Unlock() }
func (c *C) f() { c.n++ }`, ""},
		{"one caller has not", `func (c *C) F() { c.mu.Lock(); c.f(); c.mu.Unlock() }
func (c *C) G() { c.f(); c.mu.Lock(); c.mu.Unlock() }
func (c *C) f() { c.n++; c.mu.Lock(); c.mu.Unlock() }`, ""},
		{"another object", `func (c *C) F(d *C) { c.mu.Lock(); d.mu.Lock(); d.mu.Unlock(); d.n = 1; c.mu.Unlock() }`, ""},
		{"a new object", `func New() *C { c := &C{}; c.mu.Lock(); c.mu.Unlock(); c.n = 1; return c }`, ""},
		{"a new object that a goroutine knows", `func New() *C { c := &C{}; go c.Set(1); c.mu.Lock(); c.mu.Unlock(); c.n = 1; return c }`, "forgotten 5 n"},
		{"out of a channel", `func F(ch chan *C) { c := <-ch; c.mu.Lock(); c.mu.Unlock(); c.n = 1 }`, ""},
		{"a name", `func (c *C) setLocked() { c.mu.Lock(); c.mu.Unlock(); c.n = 1 }`, ""},
		{"a comment", "// f is called with c.mu held.\nfunc (c *C) F() { c.mu.RLock(); c.mu.RUnlock(); c.n = 1 }", ""},
		{"a comment inside", "func (c *C) F() { c.mu.Lock(); c.mu.Unlock()\n// No lock is needed here.\nc.n = 1 }", ""},
		{"nil has been seen", `func (c *C) F() int { c.mu.Lock(); ok := c.p != nil; c.mu.Unlock(); if ok { return *c.p }; return 0 }`, ""},
	} {
		if got := strings.Join(found(t, counter+c.src), ", "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestVariables(t *testing.T) {
	const src = `
var ( mu sync.Mutex; all []int; other sync.Mutex )
func Add(n int) { mu.Lock(); all = append(all, n); mu.Unlock() }
func N() int { mu.Lock(); defer mu.Unlock(); return len(all) }
`
	for _, c := range []struct{ name, src, want string }{
		{"guarded", ``, ""},
		{"not", `func F() { mu.Lock(); mu.Unlock(); all = nil }`, "forgotten 5 all"},
		{"by another lock", `func F() { other.Lock(); all = nil; other.Unlock(); mu.Lock(); mu.Unlock() }`, "forgotten 5 all"},
		{"init", `func init() { mu.Lock(); mu.Unlock(); all = nil }`, ""},
	} {
		if got := strings.Join(found(t, src+c.src), ", "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Messages, the start of a goroutine and the wait for its end bring accesses into an order.
func TestOrdered(t *testing.T) {
	const src = `
type C struct { mu sync.Mutex; m map[int]int; done chan struct{} }
func (c *C) Get() int { c.mu.Lock(); defer c.mu.Unlock(); return c.m[0] }
`
	for _, c := range []struct{ name, src, want string }{
		{"waited for", `func (c *C) F() int { c.mu.Lock(); c.mu.Unlock(); var wg sync.WaitGroup; wg.Add(1)
go func() { defer wg.Done(); c.mu.Lock(); c.m[1] = 1; c.mu.Unlock() }()
wg.Wait()
return c.m[1] }`, ""},
		{"waited for later", `func (c *C) F() int { c.mu.Lock(); c.mu.Unlock(); var wg sync.WaitGroup; wg.Add(1)
go func() { defer wg.Done(); c.mu.Lock(); c.m[1] = 1; c.mu.Unlock() }()
n := c.m[1]
wg.Wait()
return n }`, "forgotten 6 m"},
		{"run by the group", `func (c *C) F() int { c.mu.Lock(); c.mu.Unlock(); var wg sync.WaitGroup
wg.Go(func() { c.mu.Lock(); c.m[1] = 1; c.mu.Unlock() })
wg.Wait()
return c.m[1] }`, ""},
		{"a message", `func (c *C) F() int { c.mu.Lock(); c.mu.Unlock(); ch := make(chan int)
go func() { c.mu.Lock(); c.m[1] = 1; c.mu.Unlock(); ch <- 1 }()
<-ch
return c.m[1] }`, ""},
		{"a message too early", `func (c *C) F() int { c.mu.Lock(); c.mu.Unlock(); ch := make(chan int)
go func() { ch <- 1; c.mu.Lock(); c.m[1] = 1; c.mu.Unlock() }()
<-ch
return c.m[1] }`, "forgotten 7 m"},
	} {
		if got := strings.Join(found(t, src+c.src), ", "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// Each of two goroutines has passed the lock that the other one holds, since it has its own: never both.
func TestCrossed(t *testing.T) {
	const src = `
var ( m1, m2, rw sync.Mutex; x []int )
func A() { m2.Lock(); rw.Lock(); rw.Unlock(); m1.Lock(); x = nil; m1.Unlock(); m2.Unlock() }
`
	for _, c := range []struct{ name, src, want string }{
		{"passed", `func B() { rw.Lock(); m2.Lock(); m2.Unlock(); x = nil; rw.Unlock(); m1.Lock(); m1.Unlock() }`, ""},
		{"passed by a callee", `func B() { rw.Lock(); f(); x = nil; rw.Unlock(); m1.Lock(); m1.Unlock() }
func f() { m2.Lock(); m2.Unlock() }`, ""},
		{"not passed", `func B() { rw.Lock(); x = nil; rw.Unlock(); m1.Lock(); m1.Unlock() }`, "forgotten 4 x"},
		{"passed later", `func B() { rw.Lock(); x = nil; m2.Lock(); m2.Unlock(); rw.Unlock(); m1.Lock(); m1.Unlock() }`, "forgotten 4 x"},
	} {
		if got := strings.Join(found(t, src+c.src), ", "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestList(t *testing.T) {
	in, _ := analyse(t, counter+`func (c *C) F() { c.n++ }
func (c *C) Len() int { c.mu.RLock(); defer c.mu.RUnlock(); return len(c.m) }`)
	var got []string
	for _, g := range List(in) {
		got = append(got, fmt.Sprintf("%s %s %d/%d %d/%d %v", g.Var.Name(), g.Lock, g.Guarded, g.Total, g.GuardedWrites, g.Writes, g.Agreed()))
	}
	want := "n mu 2/3 1/2 false, m mu 3/3 1/1 true, p mu 3/3 1/1 true"
	if s := strings.Join(got, ", "); s != want {
		t.Errorf("got %s, want %s", s, want)
	}
}

func TestProse(t *testing.T) {
	for _, c := range []struct {
		text                   string
		notConcurrent, purpose bool
	}{
		{"Put stores a key.", false, false},
		{"It is not safe for concurrent use.", true, false},
		{"It must not be called until after WriteHeader.", true, false},
		{"do not lock t.done to allow the race detector to see it", false, true},
		{"this read is racy but harmless", false, true},
		{"the number of keys", false, false},
	} {
		if notConcurrent.MatchString(c.text) != c.notConcurrent || onPurpose.MatchString(c.text) != c.purpose {
			t.Errorf("%q: not concurrent %v, on purpose %v", c.text, notConcurrent.MatchString(c.text), onPurpose.MatchString(c.text))
		}
	}
	for name, want := range map[string]bool{"Init": true, "InitWith": true, "initialize": true, "Initials": false, "setup": true, "SetUpstream": false} {
		if got := starting.MatchString(name); got != want {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
}

func TestMeet(t *testing.T) {
	r, w := model.Read, model.Write
	got := meet(lockSet{"a": w, "b": r, "c": w}, lockSet{"a": r, "b": w, "d": w})
	if len(got) != 2 || got["a"] != r || got["b"] != r {
		t.Errorf("got %v, want a and b for reading", got)
	}
	if got := meet(nil, lockSet{"a": w}); len(got) != 1 {
		t.Errorf("got %v, want what is known first", got)
	}
	whole, part, other := cell{}, cell{within: ".a."}, cell{within: ".b."}
	if !whole.meets(part) || !part.meets(whole) || part.meets(other) {
		t.Error("a struct is not its field, or one field is another")
	}
}
