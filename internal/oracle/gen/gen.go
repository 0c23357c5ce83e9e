// Package gen writes random Go functions that use locks, most of them nearly right.
//
// A function of random operations is wrong at once and tells little. So what
// is written is mostly what people write, sections that lock and unlock, under
// conditions, in loops, with early returns, defers, closures and helpers, and now and
// then with a mistake.
package gen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Feature is something of the language, or a habit, that a program may use.
type Feature string

// Features are all there are. A program draws a few of them.
var Features = []Feature{
	"loop", "rangeint", "rangefunc", "switch", "labels", "goto", "return",
	"defer", "deferclosure", "deferif", "deferloop", "closure", "iife",
	"helper", "enter", "lockif", "trylock", "rwmutex", "field", "twoparams", "global",
	"alias", "realias", "locker", "methodvalue", "flag", "combined", "opaque", "fieldflag", "recursion", "recover", "local",
}

// A Program is one exported function with its helpers.
type Program struct {
	Source   string // declarations, to go into a file that imports sync
	Root     string // the name of the exported function
	Features []Feature
}

// Header begins a file of programs.
const Header = "package p\n\nimport \"sync\"\n\nvar _ sync.Mutex\n"

// New writes the program with a number. The same seed and number give the same
// program. Its names end in the number, so that programs can share a file.
func New(seed uint64, n int) Program {
	g := &gen{r: rand.New(rand.NewPCG(seed, uint64(n))), id: n, on: map[Feature]bool{}}
	g.mistakes = g.r.IntN(2)
	for range 1 + g.r.IntN(6) {
		g.on[Features[g.r.IntN(len(Features))]] = true
	}
	return g.program()
}

// mutex is a lock as the function at hand names it.
type mutex struct {
	expr   string
	rw     bool
	ifaced bool // a sync.Locker
}

// helper is a function that the program may call.
type helper struct {
	name string
	kind string // lock, unlock, section, enter, lockif, free
	m    mutex
	args int
}

type gen struct {
	r   *rand.Rand
	id  int
	on  map[Feature]bool
	b   strings.Builder
	ind int

	locks    []mutex
	conds    []string // boolean expressions
	vars     []string // boolean variables that may be assigned
	helpers  []helper
	closures []string
	loops    []string // labels of the loops around, "" for none
	depth    int
	left     int      // statements that may still be written
	mistakes int      // that may still be made
	open     []string // locks that sections around hold
	names    int
	inLit    bool // in a closure: no jumps out of it
	inDefer  bool
	results  bool // the function returns a bool
	labels   []string
}

func (g *gen) has(f Feature) bool { return g.on[f] }

// free picks a lock, mostly one that no section around holds.
func (g *gen) free() mutex {
	for range 4 {
		if m := pickOf(g, g.locks); !slices.Contains(g.open, m.expr) {
			return m
		}
	}
	return pickOf(g, g.locks)
}

// within writes statements while the lock is held.
func (g *gen) within(m mutex, n int) {
	g.open = append(g.open, m.expr)
	g.block(n)
	g.open = g.open[:len(g.open)-1]
}

func (g *gen) chance(percent int) bool {
	return g.r.IntN(100) < percent
}
func pickOf[T any](g *gen, list []T) T { return list[g.r.IntN(len(list))] }

func (g *gen) line(format string, args ...any) {
	g.b.WriteString(strings.Repeat("\t", g.ind))
	fmt.Fprintf(&g.b, format, args...)
	g.b.WriteByte('\n')
}

func (g *gen) name(prefix string) string {
	g.names++
	return fmt.Sprintf("%s%d", prefix, g.names)
}

func (g *gen) program() Program {
	t := fmt.Sprintf("T%d", g.id)
	g.line("type %s struct {", t)
	g.line("\tmu, nu sync.Mutex")
	g.line("\trw sync.RWMutex")
	g.line("\tok, on bool")
	g.line("\tin struct{ mu sync.Mutex }")
	g.line("}")
	base := []mutex{{expr: "s.mu"}, {expr: "s.nu"}}
	if g.has("rwmutex") {
		base = append(base, mutex{expr: "s.rw", rw: true}, mutex{expr: "s.rw", rw: true})
	}
	if g.has("field") {
		base = append(base, mutex{expr: "s.in.mu"})
	}
	if g.has("global") {
		g.line("var g%d sync.Mutex", g.id)
		base = append(base, mutex{expr: fmt.Sprintf("g%d", g.id)})
	}
	// Fewer locks meet more often.
	g.r.Shuffle(len(base), func(i, j int) { base[i], base[j] = base[j], base[i] })
	base = base[:min(len(base), 1+g.r.IntN(3))]
	if g.has("rangefunc") {
		g.line("func seq%d(n int) func(yield func() bool) {", g.id)
		g.line("\treturn func(yield func() bool) {")
		g.line("\t\tfor i := 0; i < n; i++ {")
		g.line("\t\t\tif !yield() {")
		g.line("\t\t\t\treturn")
		g.line("\t\t\t}")
		g.line("\t\t}")
		g.line("\t}")
		g.line("}")
	}
	if g.has("helper") || g.has("enter") || g.has("lockif") {
		for range 1 + g.r.IntN(2) {
			g.helper(t, base)
		}
	}
	root := fmt.Sprintf("F%d", g.id)
	extra := ""
	g.reset(base)
	if g.has("twoparams") {
		extra += fmt.Sprintf(", t *%s", t)
		g.locks = append(g.locks, mutex{expr: "t.mu"})
	}
	if g.has("opaque") {
		extra += ", ext func() bool"
		g.conds = append(g.conds, "ext()")
	}
	if g.has("recursion") {
		extra += ", depth int"
	}
	g.line("func (s *%s) %s(a, b, c bool, n, k int%s) {", t, root, extra)
	g.left = 6 + g.r.IntN(14)
	g.body(t, root)
	g.line("}")
	p := Program{Source: g.b.String(), Root: root}
	for _, f := range Features {
		if g.on[f] {
			p.Features = append(p.Features, f)
		}
	}
	return p
}

// reset begins a function.
func (g *gen) reset(base []mutex) {
	g.locks = slices.Clone(base)
	g.conds = []string{"a", "b", "c"}
	if g.has("fieldflag") {
		g.conds = append(g.conds, "s.ok", "s.on")
	}
	g.vars, g.closures, g.loops, g.labels = nil, nil, nil, nil
	g.open = nil
	g.depth, g.inLit, g.inDefer, g.results = 0, false, false, false
}

// body writes a function's declarations and statements.
func (g *gen) body(t, root string) {
	g.ind++
	defer func() { g.ind-- }()
	if g.has("recursion") && root != "" {
		g.line("if depth > 0 {")
		extra := ""
		if g.has("twoparams") {
			extra += ", t"
		}
		if g.has("opaque") {
			extra += ", ext"
		}
		g.line("\ts.%s(b, a, c, n, k%s, depth-1)", root, extra)
		g.line("}")
	}
	if g.has("flag") {
		v := g.name("f")
		g.line("%s := %s", v, pickOf(g, []string{"false", "a", "b", "a && b"}))
		g.line("_ = %s", v)
		g.vars, g.conds = append(g.vars, v), append(g.conds, v)
	}
	if g.has("local") {
		v := g.name("m")
		g.line("var %s sync.Mutex", v)
		g.line("_ = &%s", v)
		g.locks = append(g.locks, mutex{expr: v})
	}
	if g.has("alias") {
		m := pickOf(g, g.locks)
		v := g.name("p")
		g.line("%s := &%s", v, m.expr)
		g.line("_ = %s", v)
		g.locks = append(g.locks, mutex{expr: v, rw: m.rw})
		if g.has("realias") && !m.rw {
			for _, o := range g.locks[:len(g.locks)-1] {
				if !o.rw && o.expr != m.expr && !o.ifaced {
					if g.chance(50) {
						g.line("if %s {", g.cond())
						g.line("\t%s = &%s", v, o.expr)
						g.line("}")
					} else {
						g.line("%s = &%s", v, o.expr)
					}
					break
				}
			}
		}
	}
	if g.has("locker") {
		m := pickOf(g, g.locks)
		v := g.name("l")
		x := "&" + m.expr
		if strings.HasPrefix(m.expr, "p") {
			x = m.expr
		}
		if m.rw && g.chance(50) {
			x = m.expr + ".RLocker()"
		}
		g.line("var %s sync.Locker = %s", v, x)
		g.line("_ = %s", v)
		g.locks = append(g.locks, mutex{expr: v, ifaced: true})
	}
	if g.has("closure") {
		for range 1 + g.r.IntN(2) {
			g.closure()
		}
	}
	if g.has("recover") {
		g.line("defer func() {")
		if g.chance(30) {
			g.line("\t%s", g.op(pickOf(g, g.locks), false, false))
		}
		g.line("\trecover()")
		g.line("}()")
	}
	if !g.has("goto") {
		g.block(2 + g.r.IntN(4))
	} else {
		// A goto must not jump over variables of its block: they get one of their own.
		g.line("{")
		g.nested(2 + g.r.IntN(4))
		g.line("}")
	}
	for _, v := range g.closures {
		g.line("%s()", v)
	}
	if len(g.labels) > 0 {
		for _, l := range g.labels {
			g.ind--
			g.line("%s:", l)
			g.ind++
		}
		g.stmt()
		g.line("_ = s")
	}
	if g.results {
		g.line("return %s", g.cond())
	}
}

// helper writes a method that the function may call.
func (g *gen) helper(t string, base []mutex) {
	kinds := []string{}
	if g.has("helper") {
		kinds = append(kinds, "lock", "unlock", "section", "free")
	}
	if g.has("enter") {
		kinds = append(kinds, "enter")
	}
	if g.has("lockif") {
		kinds = append(kinds, "lockif")
	}
	m := pickOf(g, base)
	h := helper{name: fmt.Sprintf("h%d_%d", g.id, len(g.helpers)), kind: pickOf(g, kinds), m: m}
	lock, unlock := g.op(m, true, false), g.op(m, false, false)
	switch h.kind {
	case "lock":
		g.line("func (s *%s) %s() {", t, h.name)
		g.line("\t%s", lock)
	case "unlock":
		g.line("func (s *%s) %s() {", t, h.name)
		g.line("\t%s", unlock)
	case "section":
		g.line("func (s *%s) %s() {", t, h.name)
		g.line("\t%s", lock)
		if g.chance(50) {
			g.line("\tdefer %s", unlock)
		} else {
			g.line("\t%s", unlock)
		}
	case "enter":
		g.line("func (s *%s) %s(a bool) bool {", t, h.name)
		h.args = 1
		g.line("\t%s", lock)
		g.line("\tif %s {", pickOf(g, []string{"a", "!a", "s.ok"}))
		if g.chance(85) {
			g.line("\t\t%s", unlock)
		}
		g.line("\t\treturn false")
		g.line("\t}")
		g.line("\treturn true")
	case "lockif":
		g.line("func (s *%s) %s(a bool) {", t, h.name)
		h.args = 1
		g.line("\tif a {")
		g.line("\t\t%s", lock)
		g.line("\t}")
	case "free":
		on := g.on["recursion"]
		g.on["recursion"] = false
		g.reset(base)
		g.left = 4 + g.r.IntN(4)
		g.results = g.chance(40)
		result := ""
		if g.results {
			result = "bool "
			h.kind = "freebool"
		}
		g.line("func (s *%s) %s(a, b, c bool, n, k int) %s{", t, h.name, result)
		helpers := g.helpers
		g.helpers = nil
		opaque := g.on["opaque"]
		g.on["opaque"] = false
		g.body(t, "")
		g.on["opaque"] = opaque
		g.helpers = helpers
		g.on["recursion"] = on
	}
	g.line("}")
	g.helpers = append(g.helpers, h)
}

// closure writes a literal in a variable.
func (g *gen) closure() {
	v := g.name("fn")
	g.line("%s := func() {", v)
	g.ind++
	g.lit(1 + g.r.IntN(2))
	g.ind--
	g.line("}")
	g.line("_ = %s", v)
	g.closures = append(g.closures, v)
}

// lit writes the body of a literal.
func (g *gen) lit(n int) {
	saved, loops, closures := g.inLit, g.loops, g.closures
	g.inLit, g.loops, g.closures = true, nil, nil
	g.block(n)
	g.inLit, g.loops, g.closures = saved, loops, closures
}

// op is a call of Lock or Unlock, in the right mode or the other.
func (g *gen) op(m mutex, lock, read bool) string {
	name := "Unlock"
	if lock {
		name = "Lock"
	}
	if m.rw && read {
		name = "R" + name
	}
	return m.expr + "." + name + "()"
}

func (g *gen) cond() string {
	c := pickOf(g, g.conds)
	if g.has("combined") && g.chance(30) {
		c = fmt.Sprintf("%s %s %s", c, pickOf(g, []string{"&&", "||"}), pickOf(g, g.conds))
		if g.chance(30) {
			return "!(" + c + ")"
		}
		return c
	}
	if g.chance(30) {
		return "!" + c
	}
	return c
}
