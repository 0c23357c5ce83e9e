package gen

import "fmt"

func (g *gen) block(n int) {
	for range n {
		g.stmt()
	}
}

// nested writes a block between braces, after a line that opens it.
func (g *gen) nested(n int) {
	g.ind++
	g.depth++
	g.block(n)
	g.depth--
	g.ind--
}

// stmt writes one statement, or a few that belong together.
func (g *gen) stmt() {
	if g.left--; g.left < 0 || g.depth > 4 {
		g.line("_ = a")
		return
	}
	type choice struct {
		weight int
		write  func()
	}
	when := func(f Feature, weight int) int {
		if g.has(f) {
			return weight
		}
		return 0
	}
	choices := []choice{
		{20, g.section},
		{8, g.conditional},
		{10, g.branch},
		{4, g.bare},
		{when("defer", 10), g.deferred},
		{when("deferclosure", 8), g.deferredClosure},
		{when("deferif", 8), g.deferredIf},
		{when("loop", 10), g.loop},
		{when("rangeint", 6), g.rangeInt},
		{when("switch", 8), g.switches},
		{when("trylock", 10), g.try},
		{when("flag", 8), g.setFlag},
		{when("fieldflag", 3), g.setField},
		{when("iife", 6), g.iife},
	}
	if g.has("return") {
		choices = append(choices, choice{8, g.returns})
	}
	if g.has("rangefunc") && !g.inLit {
		choices = append(choices, choice{8, g.rangeFunc})
	}
	if len(g.loops) > 0 {
		choices = append(choices, choice{8, g.jump})
	}
	if g.has("goto") && !g.inLit && g.depth > 0 && !g.results {
		choices = append(choices, choice{8, g.gotos})
	}
	if len(g.helpers) > 0 {
		choices = append(choices, choice{20, g.call})
	}
	if len(g.closures) > 0 {
		choices = append(choices, choice{15, g.callClosure})
	}
	if g.has("recover") {
		choices = append(choices, choice{6, g.panics})
	}
	if g.has("methodvalue") {
		choices = append(choices, choice{6, g.methodValue})
	}
	total := 0
	for _, c := range choices {
		total += c.weight
	}
	at := g.r.IntN(total)
	for _, c := range choices {
		if at -= c.weight; at < 0 {
			c.write()
			return
		}
	}
}

// mistake says which part of a section goes wrong: mostly none.
func (g *gen) mistake() string {
	if g.mistakes == 0 || !g.chance(25) {
		return ""
	}
	g.mistakes--
	return pickOf(g, []string{"nolock", "nounlock", "mode", "twice", "unlocktwice", "return"})
}

func (g *gen) section() {
	m := g.free()
	read := g.chance(50)
	wrong := g.mistake()
	if wrong != "nolock" {
		g.line("%s", g.op(m, true, read))
	}
	if wrong == "twice" {
		g.line("%s", g.op(m, true, read))
	}
	if wrong == "return" && !g.results {
		g.line("if %s {", g.cond())
		g.line("\treturn")
		g.line("}")
	}
	g.within(m, g.r.IntN(3))
	if wrong == "mode" {
		read = !read
	}
	if wrong != "nounlock" {
		g.line("%s", g.op(m, false, read))
	}
	if wrong == "unlocktwice" {
		g.line("%s", g.op(m, false, read))
	}
}

// conditional locks and unlocks under the same condition.
func (g *gen) conditional() {
	m := g.free()
	read := g.chance(50)
	c := g.cond()
	g.line("if %s {", c)
	g.line("\t%s", g.op(m, true, read))
	g.line("}")
	g.within(m, g.r.IntN(3))
	if g.mistakes > 0 && g.chance(20) {
		g.mistakes--
		c = g.cond()
	}
	g.line("if %s {", c)
	g.line("\t%s", g.op(m, false, read))
	g.line("}")
}

func (g *gen) branch() {
	g.line("if %s {", g.cond())
	g.nested(1 + g.r.IntN(2))
	if g.chance(40) {
		g.line("} else {")
		g.nested(1 + g.r.IntN(2))
	}
	g.line("}")
}

func (g *gen) bare() {
	if g.mistakes == 0 {
		g.section()
		return
	}
	g.mistakes--
	g.line("%s", g.op(pickOf(g, g.locks), g.chance(50), g.chance(50)))
}

func (g *gen) deferred() {
	m := g.free()
	read := g.chance(50)
	if len(g.loops) > 0 && !g.has("deferloop") {
		g.section()
		return
	}
	g.line("%s", g.op(m, true, read))
	g.line("defer %s", g.op(m, g.mistakes > 0 && g.chance(4), read))
	if g.depth == 0 {
		g.open = append(g.open, m.expr)
	}
}

func (g *gen) deferredClosure() {
	if len(g.loops) > 0 && !g.has("deferloop") || g.inDefer {
		g.section()
		return
	}
	m := g.free()
	read := g.chance(50)
	g.line("%s", g.op(m, true, read))
	g.line("defer func() {")
	g.ind++
	g.inDefer = true
	if g.mistakes > 0 && g.chance(30) {
		g.mistakes--
		g.line("if %s {", g.cond())
		g.line("\t%s", g.op(m, false, read))
		g.line("}")
	} else {
		g.line("%s", g.op(m, false, read))
		if g.chance(20) {
			g.lit(1)
		}
	}
	g.inDefer = false
	g.ind--
	g.line("}()")
	if g.depth == 0 {
		g.open = append(g.open, m.expr)
	}
}

func (g *gen) deferredIf() {
	if len(g.loops) > 0 && !g.has("deferloop") {
		g.section()
		return
	}
	m := g.free()
	read := g.chance(50)
	g.line("if %s {", g.cond())
	g.line("\t%s", g.op(m, true, read))
	g.line("\tdefer %s", g.op(m, false, read))
	g.line("}")
}

// opened is a loop's label as its line begins with it.
func (g *gen) opened() string {
	label := ""
	if g.has("labels") && g.chance(60) {
		label = g.name("L")
	}
	g.loops = append(g.loops, label)
	if label == "" {
		return ""
	}
	g.line("%s:", label)
	return label
}

// closed ends a loop. Go wants each label used.
func (g *gen) closed(label string) {
	if label != "" {
		g.line("\tif %s {", g.cond())
		g.line("\t\t%s %s", pickOf(g, []string{"continue", "break"}), label)
		g.line("\t}")
	}
	g.line("}")
	g.loops = g.loops[:len(g.loops)-1]
}

func (g *gen) loop() {
	if len(g.loops) > 1 {
		g.section()
		return
	}
	label := g.opened()
	i := g.name("i")
	switch g.r.IntN(4) {
	case 0:
		g.line("for %s := 0; %s < n && %s; %s++ {", i, i, g.cond(), i)
	default:
		g.line("for %s := 0; %s < n; %s++ {", i, i, i)
	}
	g.nested(1 + g.r.IntN(3))
	g.closed(label)
}

func (g *gen) rangeInt() {
	if len(g.loops) > 1 {
		g.section()
		return
	}
	label := g.opened()
	g.line("for range n {")
	g.nested(1 + g.r.IntN(3))
	g.closed(label)
}

func (g *gen) rangeFunc() {
	if len(g.loops) > 1 {
		g.section()
		return
	}
	label := g.opened()
	g.line("for range seq%d(n) {", g.id)
	g.nested(1 + g.r.IntN(3))
	g.closed(label)
}

func (g *gen) jump() {
	g.line("if %s {", g.cond())
	word := pickOf(g, []string{"break", "continue"})
	if label := pickOf(g, g.loops); label != "" {
		word += " " + label
	}
	g.line("\t%s", word)
	g.line("}")
}

func (g *gen) gotos() {
	if len(g.labels) == 0 {
		g.labels = append(g.labels, g.name("end"))
	}
	g.line("if %s {", g.cond())
	g.line("\tgoto %s", g.labels[0])
	g.line("}")
}

func (g *gen) returns() {
	g.line("if %s {", g.cond())
	if g.results && !g.inLit {
		g.line("\treturn %s", pickOf(g, []string{"true", "false", g.cond()}))
	} else {
		g.line("\treturn")
	}
	g.line("}")
}

func (g *gen) switches() {
	// A break would end the switch: it is not offered in one.
	loops := g.loops
	g.loops = nil
	if g.chance(50) {
		g.line("switch {")
		for range 1 + g.r.IntN(2) {
			g.line("case %s:", g.cond())
			g.nested(1)
			if g.chance(10) {
				g.line("\tfallthrough")
				g.line("case %s:", g.cond())
				g.nested(1)
			}
		}
	} else {
		g.line("switch k {")
		for i := range 1 + g.r.IntN(2) {
			g.line("case %d:", i)
			g.nested(1)
		}
	}
	if g.chance(50) {
		g.line("default:")
		g.nested(1)
	}
	g.line("}")
	g.loops = loops
}

func (g *gen) try() {
	m := g.free()
	if m.ifaced {
		g.section()
		return
	}
	read := m.rw && g.chance(50)
	try := m.expr + ".TryLock()"
	if read {
		try = m.expr + ".TryRLock()"
	}
	switch g.r.IntN(4) {
	case 0:
		g.line("if %s {", try)
		g.nested(1)
		g.line("\t%s", g.op(m, false, read))
		g.line("}")
	case 1:
		g.line("if !%s {", try)
		g.line("\t%s", g.op(m, true, read))
		g.line("}")
		g.within(m, 1)
		g.line("%s", g.op(m, false, read))
	case 2:
		v := g.name("got")
		g.line("%s := %s", v, try)
		g.within(m, 1)
		g.line("if %s {", v)
		g.line("\t%s", g.op(m, false, read))
		g.line("}")
	default:
		if g.results || g.depth > 0 {
			g.section()
			return
		}
		g.line("if !%s {", try)
		g.line("\treturn")
		g.line("}")
		g.within(m, 1)
		g.line("%s", g.op(m, false, read))
	}
}

func (g *gen) setFlag() {
	if len(g.vars) == 0 {
		g.section()
		return
	}
	v := pickOf(g, g.vars)
	if g.chance(50) {
		g.line("%s = %s", v, g.cond())
		return
	}
	// A flag that tells whether the lock is held.
	m := pickOf(g, g.locks)
	read := g.chance(50)
	g.line("%s = false", v)
	g.line("if %s {", g.cond())
	g.line("\t%s", g.op(m, true, read))
	g.line("\t%s = true", v)
	g.line("}")
	g.block(1)
	g.line("if %s {", v)
	g.line("\t%s", g.op(m, false, read))
	g.line("}")
}

func (g *gen) setField() {
	g.line("%s = %s", pickOf(g, []string{"s.ok", "s.on"}), pickOf(g, []string{"true", "false", "a", "b"}))
}

func (g *gen) iife() {
	g.line("func() {")
	g.ind++
	g.lit(1 + g.r.IntN(2))
	g.ind--
	g.line("}()")
}

func (g *gen) callClosure() { g.line("%s()", pickOf(g, g.closures)) }

func (g *gen) methodValue() {
	m := g.free()
	v := g.name("un")
	g.line("%s", g.op(m, true, false))
	g.line("%s := %s.Unlock", v, m.expr)
	g.within(m, 1)
	g.line("%s()", v)
}

func (g *gen) panics() {
	g.line("if %s {", g.cond())
	g.line("\tpanic(1)")
	g.line("}")
}

// call calls a helper, and mostly does what goes with it.
func (g *gen) call() {
	h := pickOf(g, g.helpers)
	after := func(kind string) {
		if g.chance(85) {
			g.block(g.r.IntN(2))
			g.line("%s", g.op(h.m, kind == "lock", false))
		}
	}
	switch h.kind {
	case "lock":
		g.line("s.%s()", h.name)
		after("unlock")
	case "unlock":
		if g.chance(85) {
			g.line("%s", g.op(h.m, true, false))
			g.block(g.r.IntN(2))
		}
		if g.chance(20) && len(g.loops) == 0 {
			g.line("defer s.%s()", h.name)
		} else {
			g.line("s.%s()", h.name)
		}
	case "section":
		g.line("s.%s()", h.name)
	case "enter":
		if g.chance(70) {
			g.line("if s.%s(%s) {", h.name, g.cond())
			g.nested(1)
			g.line("\t%s", g.op(h.m, false, false))
			g.line("}")
		} else {
			v := g.name("in")
			g.line("%s := s.%s(%s)", v, h.name, g.cond())
			g.block(1)
			g.line("if %s {", v)
			g.line("\t%s", g.op(h.m, false, false))
			g.line("}")
		}
	case "lockif":
		c := g.cond()
		g.line("s.%s(%s)", h.name, c)
		g.block(g.r.IntN(2))
		g.line("if %s {", c)
		g.line("\t%s", g.op(h.m, false, false))
		g.line("}")
	default:
		args := fmt.Sprintf("(%s, %s, %s, n, k)", g.cond(), g.cond(), g.cond())
		if h.kind == "freebool" {
			g.line("if s.%s%s {", h.name, args)
			g.nested(1)
			g.line("}")
			return
		}
		g.line("s.%s%s", h.name, args)
	}
}
