// Package giant writes Go files that are large in one dimension: more statements in
// a function, more locks held, more functions that call each other than anybody
// writes by hand. Generators do write them, and lockvet must get through.
package giant

import (
	"fmt"
	"strings"
)

// A Shape is a file that grows in one dimension.
type Shape struct {
	Name string
	What string // what there are N of
	N    int    // as many as the tests have
	body func(w *writer, n int)
}

// Source writes the file with n of what the shape has.
func (s Shape) Source(n int) string {
	w := &writer{}
	s.body(w, n)
	var imports strings.Builder
	for _, p := range []string{"sync", "database/sql", "context"} {
		if name := p[strings.LastIndexByte(p, '/')+1:] + "."; strings.Contains(w.String(), name) {
			fmt.Fprintf(&imports, "import %q\n", p)
		}
	}
	return "package p\n\n" + imports.String() + w.String()
}

type writer struct{ strings.Builder }

// f writes a line.
func (w *writer) f(format string, args ...any) {
	fmt.Fprintf(w, format, args...)
	w.WriteByte('\n')
}

// each writes a line for each number below n, which the line's verbs get.
func (w *writer) each(n int, line string) {
	verbs := strings.Count(line, "%d")
	for i := range n {
		args := make([]any, verbs)
		for j := range args {
			args[j] = i
		}
		w.f(line, args...)
	}
}

// Shapes are the dimensions that lockvet is measured in.
var Shapes = []Shape{
	{"statements", "statements in a function", 20_000, func(w *writer, n int) {
		w.f("var mu sync.Mutex\nvar x int\nfunc F(a bool) {")
		for i := range n / 5 {
			w.f("\tmu.Lock()\n\tx += %d\n\tif a {\n\t\tx--\n\t}\n\tmu.Unlock()", i)
		}
		w.f("}")
	}},
	{"locks", "locks held at once", 5_000, func(w *writer, n int) {
		w.f("type T struct {")
		w.each(n, "\tm%d sync.Mutex")
		w.f("}\nfunc (t *T) F() {")
		w.each(n, "\tt.m%d.Lock()")
		w.each(n, "\tt.m%d.Unlock()")
		w.f("}")
	}},
	{"sections", "locks in a function, one after the other", 5_000, func(w *writer, n int) {
		w.f("type T struct {")
		w.each(n, "\tm%d sync.Mutex")
		w.f("}\nfunc (t *T) F() {")
		w.each(n, "\tt.m%d.Lock()\n\tt.m%d.Unlock()")
		w.f("}")
	}},
	{"recursion", "functions that call each other in a circle", 2_000, func(w *writer, n int) {
		w.f("type T struct{ mu sync.Mutex; x int }")
		for i := range n {
			w.f("func f%d(t *T, k int) {\n\tt.mu.Lock()\n\tt.x++\n\tt.mu.Unlock()\n\tif k > %d {\n\t\tf%d(t, k-1)\n\t}\n\tf%d(t, k)\n}",
				i, i, (i+1)%n, (i*7+3)%n)
		}
	}},
	{"closures", "nested closures", 200, func(w *writer, n int) {
		w.f("type T struct{ mu sync.Mutex; x int }\nfunc (t *T) F() {")
		w.each(n, "func() {\nt.mu.Lock()\nt.x = %d\nt.mu.Unlock()")
		w.each(n, "}() // %d")
		w.f("}")
	}},
	{"cases", "cases of a switch", 10_000, func(w *writer, n int) {
		w.f("var mu sync.Mutex\nfunc F(k int) string {\n\tmu.Lock()\n\tswitch k {")
		w.each(n, "\tcase %d:\n\t\tmu.Unlock()\n\t\treturn \"%d\"")
		w.f("\t}\n\tmu.Unlock()\n\treturn \"\"\n}")
	}},
	{"branches", "independent conditions", 2_000, func(w *writer, n int) {
		w.f("type T struct {\n\tmu sync.Mutex")
		w.each(n, "\tc%d bool")
		w.f("}\nfunc (t *T) F() {")
		w.each(n, "\tif t.c%d {\n\t\tt.mu.Lock()\n\t}\n\tif t.c%d {\n\t\tt.mu.Unlock()\n\t}")
		w.f("}")
	}},
	{"elseifs", "branches of an else-if chain", 2_000, func(w *writer, n int) {
		w.f("var mu sync.Mutex\nfunc F(k int, s string) {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\tif k == -1 {\n\t}")
		w.each(n, "\tif k == %d && s == \"%d\" {\n\t\treturn\n\t}")
		w.f("}")
	}},
	{"terms", "terms of a condition", 2_000, func(w *writer, n int) {
		w.f("var mu sync.Mutex\nfunc F(k []bool) {\n\tok := len(k) > 0")
		w.each(n, "\tok = ok && k[%d]")
		w.f("\tif ok {\n\t\tmu.Lock()\n\t}\n\tif ok {\n\t\tmu.Unlock()\n\t}\n}")
	}},
	{"defers", "deferred calls", 2_000, func(w *writer, n int) {
		w.f("type T struct {")
		w.each(n, "\tm%d sync.Mutex")
		w.f("}\nfunc (t *T) F(k int) {")
		w.each(n, "\tt.m%d.Lock()\n\tdefer t.m%d.Unlock()")
		w.f("\tif k > 0 {\n\t\treturn\n\t}\n}")
	}},
	{"loops", "nested loops", 100, func(w *writer, n int) {
		w.f("type T struct{ mu sync.Mutex; x int }\nfunc (t *T) F(k int) {")
		w.each(n, "for i%d := 0; i%d < k; i%d++ {\nt.mu.Lock()\nt.x++\nt.mu.Unlock()")
		w.each(n, "} // %d")
		w.f("}")
	}},
	{"returns", "returns of a function", 5_000, func(w *writer, n int) {
		w.f("type T struct{ mu sync.Mutex; x int }\nfunc (t *T) F(k int) (int, error) {\n\tt.mu.Lock()")
		w.each(n, "\tif t.x == %d {\n\t\tt.mu.Unlock()\n\t\treturn %d, nil\n\t}")
		w.f("\tt.mu.Unlock()\n\treturn 0, nil\n}")
		w.f("func (t *T) G(k int) { t.F(k) }")
	}},
	{"chain", "functions that call the next one", 5_000, func(w *writer, n int) {
		w.f("type T struct{ mu, nu sync.Mutex }")
		for i := range n {
			w.f("func (t *T) f%d() {\n\tt.f%d()\n}", i, i+1)
		}
		w.f("func (t *T) f%d() {\n\tt.mu.Lock()\n\tt.nu.Lock()\n\tt.nu.Unlock()\n\tt.mu.Unlock()\n}", n)
	}},
	{"callees", "callees of a function, each with a lock of its own", 2_000, func(w *writer, n int) {
		w.f("type T struct {")
		w.each(n, "\tm%d sync.Mutex")
		w.f("}")
		w.each(n, "func (t *T) f%d() {\n\tt.m%d.Lock()\n\tdefer t.m%d.Unlock()\n}")
		w.f("func (t *T) F() {")
		w.each(n, "\tt.f%d()")
		w.f("}")
	}},
	{"callers", "callers of a function that takes a lock for them", 5_000, func(w *writer, n int) {
		w.f("type T struct{ mu sync.Mutex; x int }\nfunc (t *T) begin() bool {\n\tt.mu.Lock()\n\tif t.x > 0 {\n\t\tt.mu.Unlock()\n\t\treturn false\n\t}\n\treturn true\n}")
		w.each(n, "func (t *T) f%d() {\n\tif t.begin() {\n\t\tt.x++\n\t\tt.mu.Unlock()\n\t}\n}")
	}},
	{"implementations", "types with a method of an interface", 2_000, func(w *writer, n int) {
		w.f("type I interface{ Do(int) }\nvar mu sync.Mutex")
		w.each(n, "type T%d struct{ mu sync.Mutex }\nfunc (t *T%d) Do(k int) {\n\tt.mu.Lock()\n\tdefer t.mu.Unlock()\n}")
		w.each(n, "func f%d(i I) {\n\tmu.Lock()\n\tdefer mu.Unlock()\n\ti.Do(%d)\n}")
	}},
	{"order", "locks in a circle, taken in pairs", 2_000, func(w *writer, n int) {
		w.f("var (")
		w.each(n, "\tm%d sync.Mutex")
		w.f(")")
		for i := range n {
			w.f("func F%d() {\n\tm%d.Lock()\n\tm%d.Lock()\n\tm%d.Unlock()\n\tm%d.Unlock()\n}", i, i, (i+1)%n, (i+1)%n, i)
		}
	}},
	{"orders", "functions that take two locks in either order", 2_000, func(w *writer, n int) {
		w.f("type T struct{ mu, nu sync.Mutex }")
		w.each(n, "func (t *T) F%d() {\n\tt.mu.Lock()\n\tt.nu.Lock()\n\tt.nu.Unlock()\n\tt.mu.Unlock()\n}")
		w.each(n, "func (t *T) G%d() {\n\tt.nu.Lock()\n\tt.mu.Lock()\n\tt.mu.Unlock()\n\tt.nu.Unlock()\n}")
	}},
	{"goroutines", "goroutines that a function starts and waits for", 1_000, func(w *writer, n int) {
		w.f("type T struct {\n\tmu sync.Mutex\n\tx int")
		w.each(n, "\tc%d chan int")
		w.f("}\nfunc (t *T) F() {\n\tvar wg sync.WaitGroup")
		w.each(n, "\twg.Add(1)\n\tgo func() {\n\t\tdefer wg.Done()\n\t\tt.mu.Lock()\n\t\tt.x = %d\n\t\tt.mu.Unlock()\n\t\tt.c%d <- 1\n\t}()")
		w.f("\tt.mu.Lock()")
		w.each(n, "\t<-t.c%d")
		w.f("\twg.Wait()\n\tt.mu.Unlock()\n}")
	}},
	{"channels", "functions that wait for each other under a lock", 1_000, func(w *writer, n int) {
		w.f("type T struct {\n\tmu sync.Mutex")
		w.each(n, "\tc%d chan int")
		w.f("}")
		w.each(n, "func (t *T) Send%d() {\n\tt.mu.Lock()\n\tt.c%d <- 1\n\tt.mu.Unlock()\n}\nfunc (t *T) Recv%d() {\n\tt.mu.Lock()\n\tt.mu.Unlock()\n\t<-t.c%d\n}")
	}},
	{"selects", "cases of a select under a lock", 2_000, func(w *writer, n int) {
		w.f("type T struct{ mu sync.Mutex; c []chan int }\nfunc (t *T) F() {\n\tt.mu.Lock()\n\tdefer t.mu.Unlock()\n\tselect {")
		w.each(n, "\tcase <-t.c[%d]:\n\t\tprintln(%d)")
		w.f("\t}\n}\nfunc (t *T) G() {\n\tt.mu.Lock()\n\tt.c[0] <- 1\n\tt.mu.Unlock()\n}")
	}},
	{"conds", "condition variables, waited for and signalled", 1_000, func(w *writer, n int) {
		w.each(n, "type T%d struct {\n\tmu sync.Mutex\n\tc *sync.Cond\n\tok bool\n}")
		w.each(n, "func New%d() *T%d {\n\tt := &T%d{}\n\tt.c = sync.NewCond(&t.mu)\n\treturn t\n}")
		w.each(n, "func (t *T%d) Wait() {\n\tt.mu.Lock()\n\tfor !t.ok {\n\t\tt.c.Wait()\n\t}\n\tt.mu.Unlock()\n}\nfunc (t *T%d) Set() {\n\tt.mu.Lock()\n\tt.ok = true\n\tt.mu.Unlock()\n\tt.c.Signal()\n}")
	}},
	{"waits", "waits on one condition variable", 1_000, func(w *writer, n int) {
		w.f("type T struct {\n\tmu sync.Mutex\n\tc *sync.Cond")
		w.each(n, "\tk%d bool")
		w.f("}")
		w.each(n, "func (t *T) Wait%d() {\n\tt.mu.Lock()\n\tfor !t.k%d {\n\t\tt.c.Wait()\n\t}\n\tt.mu.Unlock()\n}\nfunc (t *T) Set%d() {\n\tt.mu.Lock()\n\tt.k%d = true\n\tt.mu.Unlock()\n\tt.c.Signal()\n}")
	}},
	{"leases", "functions that take a lock in a database", 1_000, func(w *writer, n int) {
		w.each(n, "func F%d(ctx context.Context, db *sql.DB) error {\n\tif _, err := db.ExecContext(ctx, \"SELECT GET_LOCK('job%d', 10)\"); err != nil {\n\t\treturn err\n\t}\n\tdefer db.ExecContext(ctx, \"SELECT RELEASE_LOCK('job%d')\")\n\t_, err := db.ExecContext(ctx, \"UPDATE jobs SET n = %d\")\n\treturn err\n}")
	}},
	{"leasing", "statements under a lock in a database", 2_000, func(w *writer, n int) {
		w.f("func F(ctx context.Context, db *sql.DB) error {\n\tconn, err := db.Conn(ctx)\n\tif err != nil {\n\t\treturn err\n\t}\n\tif _, err := conn.ExecContext(ctx, \"SELECT pg_advisory_lock(7)\"); err != nil {\n\t\treturn err\n\t}")
		w.each(n, "\tif _, err := conn.ExecContext(ctx, \"UPDATE jobs SET n = %d\"); err != nil {\n\t\treturn err\n\t}")
		w.f("\t_, err = conn.ExecContext(ctx, \"SELECT pg_advisory_unlock(7)\")\n\treturn err\n}")
	}},
	{"literals", "functions in a table", 5_000, func(w *writer, n int) {
		w.f("type T struct{ mu sync.Mutex; x int }\nvar table = []func(*T){")
		w.each(n, "\tfunc(t *T) {\n\t\tt.mu.Lock()\n\t\tt.x = %d\n\t\tt.mu.Unlock()\n\t},")
		w.f("}\nfunc Run(t *T) {\n\tfor _, f := range table {\n\t\tf(t)\n\t}\n}")
	}},
	{"fields", "functions in fields of a struct", 1_000, func(w *writer, n int) {
		w.f("type T struct {\n\tmu sync.Mutex\n\tx int")
		w.each(n, "\tf%d func()")
		w.f("}\nfunc New() *T {\n\tt := &T{}")
		w.each(n, "\tt.f%d = func() {\n\t\tt.mu.Lock()\n\t\tt.x = %d\n\t\tt.mu.Unlock()\n\t}")
		w.f("\treturn t\n}")
		w.each(n, "func (t *T) F%d() { t.f%d() }")
	}},
	{"packages", "functions without a lock, and one that has one", 20_000, func(w *writer, n int) {
		w.f("var mu sync.Mutex\nfunc F() {\n\tmu.Lock()\n\tmu.Unlock()\n}")
		w.each(n, "func f%d(k int) int {\n\tif k > %d {\n\t\treturn k\n\t}\n\treturn %d\n}")
	}},
}
