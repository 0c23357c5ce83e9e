package oracle

import (
	"encoding/binary"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strconv"
	"strings"

	"github.com/lockvet/lockvet/internal/oracle/interp"
)

// A Disagreement is a finding that no execution bears out (Wrong), or misuse in
// an execution that no finding tells of.
type Disagreement struct {
	Wrong    bool
	Kind     string // category of the finding, or kind of the event
	Line     int
	Finding  Finding // if Wrong
	Input    string  // else: an input that shows it
	Function string
}

func (d Disagreement) String() string {
	if d.Wrong {
		return "wrong: " + d.Finding.String()
	}
	return fmt.Sprintf("missed: %s at line %d of %s with %s", d.Kind, d.Line, d.Function, d.Input)
}

// A Verdict is the result for one file.
type Verdict struct {
	Findings      int // judged
	Unjudged      int // findings that no execution can speak for or against
	Integers      int // findings that are right but for what integers do, which lockvet does not follow
	Troubles      int // places of misuse that should be reported
	Disagreements []Disagreement
	Skipped       map[string]error // functions whose truth is not known, by name
}

// Judge analyses and executes a source file, and compares.
func Judge(source string) (*Verdict, error) {
	f, err := load(source)
	if err != nil {
		return nil, err
	}
	findings, err := analyse(f, judged())
	if err != nil {
		return nil, err
	}
	j := &judge{file: f, findings: findings, v: &Verdict{Skipped: make(map[string]error)}}
	j.run()
	return j.v, nil
}

type judge struct {
	*file
	findings []Finding
	v        *Verdict
	line     func(token.Pos) int
	program  *interp.Program
}

func (j *judge) run() {
	j.line = func(pos token.Pos) int { return j.fset.Position(pos).Line }
	j.program = interp.New(j.info, j.ast)
	groups := j.groups()
	for _, g := range groups {
		t := &truth{judge: j}
		var err error
		for _, fn := range g.funcs {
			if err = j.program.Explore(fn, func(r *interp.Run) { t.add(fn, r) }); err != nil {
				j.v.Skipped[g.root()] = err
				break
			}
		}
		if err == nil {
			t.compare(g)
		}
	}
}

// A group is the functions of one program: one exported function and what may
// call it or be called.
type group struct {
	suffix   string
	funcs    []*ast.FuncDecl
	findings []Finding
}

func (g *group) root() string {
	for _, fn := range g.funcs {
		if fn.Name.IsExported() {
			return fn.Name.Name
		}
	}
	return g.funcs[0].Name.Name
}

// groups splits the file into programs, by the number in the functions' names:
// F12 and h12_1 belong together, and so do all without one.
func (j *judge) groups() (groups []*group) {
	at := map[string]*group{}
	for _, d := range j.ast.Decls {
		fn, ok := d.(*ast.FuncDecl)
		if !ok || fn.Body == nil {
			continue
		}
		name := strings.TrimLeft(fn.Name.Name, "Fhseq")
		name, _, _ = strings.Cut(name, "_")
		if strings.Trim(name, "0123456789") != "" {
			name = ""
		}
		g := at[name]
		if g == nil {
			g = &group{suffix: name}
			at[name] = g
			groups = append(groups, g)
		}
		if !strings.HasPrefix(fn.Name.Name, "seq") {
			g.funcs = append(g.funcs, fn)
		}
		from, to := j.line(fn.Pos()), j.line(fn.End())
		for _, f := range j.findings {
			if from <= f.Line && f.Line <= to {
				g.findings = append(g.findings, f)
			}
		}
	}
	return slices.DeleteFunc(groups, func(g *group) bool { return len(g.funcs) == 0 })
}

// truth is what the executions of one program have shown.
type truth struct {
	*judge
	runs []run
	// released are the places in a function where acquisitions begin that the
	// function ends on some path.
	released map[place]bool
	// by line: whether an unlock there ends an acquisition of the function, or
	// one of its caller.
	own, callers map[int]bool
	seen         map[string]bool // what makes runs different
}

// run is an execution that ends badly or leaves a lock held.
type run struct {
	fn      *ast.FuncDecl
	input   string
	changed bool // as interp.Run has it
	fatal   bool // it hangs or crashes
	events  []event
	late    []event // see interp.Run
}

type event struct {
	interp.Event
	lines      []int // of the stack
	since, via []int
}

// key tells events apart by all that the comparison looks at.
func (e event) key() string {
	b := append([]byte(e.Kind), byte(e.Depth))
	for _, flag := range []bool{e.Stack[0].IsValid(), e.Stack[len(e.Stack)-1].IsValid(), e.Panicking, e.Local} {
		b = strconv.AppendBool(b, flag)
	}
	for _, lines := range [][]int{e.lines, e.since, e.via} {
		b = append(b, ';')
		for _, l := range lines {
			b = binary.AppendUvarint(b, uint64(l))
		}
	}
	return string(b)
}

type place struct {
	fn    *ast.FuncDecl
	lines string // of the calls down to it
}

func placeOf(fn *ast.FuncDecl, lines []int) place { return place{fn, fmt.Sprint(lines)} }

func (t *truth) add(fn *ast.FuncDecl, r *interp.Run) {
	if t.own == nil {
		t.own, t.callers, t.released, t.seen = map[int]bool{}, map[int]bool{}, map[place]bool{}, map[string]bool{}
	}
	kept := run{fn: fn, input: r.Input, changed: r.Changed, fatal: r.End != ""}
	located := func(e interp.Event) event { return event{e, t.lines(e.Stack), t.lines(e.Since), t.lines(e.Via)} }
	// Most runs are like another one as far as it matters here, and a loop repeats itself.
	same := []byte(fmt.Sprint(fn.Name.Name, kept.changed, kept.fatal))
	in := make(map[string]bool)
	keep := func(list []event, e event) []event {
		if k := e.key(); !in[k] {
			in[k] = true
			same = append(same, k...)
			return append(list, e)
		}
		return list
	}
	for _, e := range r.Late {
		switch e.Kind {
		case interp.ReleasedOwn, interp.ReleasedCallers:
		default:
			kept.late = keep(kept.late, located(e))
		}
	}
	clear(in)
	same = append(same, '|')
	for _, e := range r.Events {
		ev := located(e)
		switch e.Kind {
		case interp.ReleasedOwn:
			t.released[placeOf(fn, ev.since)] = true
			for _, l := range ev.lines {
				t.own[l] = true
			}
		case interp.ReleasedCallers:
			for _, l := range ev.lines {
				t.callers[l] = true
			}
		default:
			kept.events = keep(kept.events, ev)
		}
	}
	if len(kept.events) > 0 && !t.seen[string(same)] {
		t.seen[string(same)] = true
		t.runs = append(t.runs, kept)
	}
}

func (t *truth) lines(stack []token.Pos) []int {
	out := make([]int, len(stack))
	for i, p := range stack {
		out[i] = t.line(p)
	}
	return out
}

// borneOut reports whether an event is what the finding claims.
func borneOut(f Finding, e event) bool {
	if f.Category == "panic" { // the place is that of the panic, where nothing happens to locks
		return e.Kind == interp.HeldAtExit && !e.Stack[len(e.Stack)-1].IsValid()
	}
	if f.Category == "never" && f.Check == "missingunlock" {
		return e.Kind == interp.HeldAtExit && slices.Contains(e.since, f.Line)
	}
	if f.Category == "return" {
		// In go/ssa, all jumps to one label out of the body of a loop over a function have the
		// place of the first. The condition before the jump is the finding's last step.
		return e.Kind == interp.HeldAtExit && (e.lines[len(e.lines)-1] == f.Line || slices.Contains(e.via, f.Line) ||
			len(f.Related) > 0 && slices.ContainsFunc(e.via, func(l int) bool { d := l - f.Related[len(f.Related)-1]; return d == 0 || d == 1 }))
	}
	if !slices.Contains(e.lines, f.Line) {
		return false
	}
	switch f.Category {
	case "path", "tried", "never", "through": // the message is that of a weaker finding, or tells the way
		return e.Kind == interp.UnlockedFree
	default:
		return string(e.Kind) == f.Category
	}
}

func (t *truth) compare(g *group) {
	told := make([]bool, len(t.runs)) // some finding tells of it
	// Some finding tells of what ends the program, or an unlock of a local lock does, of
	// which lockvet says nothing.
	fatal := slices.ContainsFunc(t.runs, func(r run) bool {
		return slices.ContainsFunc(r.events, func(e event) bool { return e.Kind == interp.UnlockedFree && e.Local })
	})
	var doubtful []Finding
	for _, f := range g.findings {
		if f.Category == "loop" || t.dead(f.Line) {
			t.v.Unjudged++ // no event says this
			continue
		}
		t.v.Findings++
		right := f.Category == "path" && t.own[f.Line] && t.callers[f.Line] ||
			// What a program unlocks that it has not locked, no caller can hold: its locks are its own.
			f.Category == "never" && f.Check == "unlockunheld" && t.callers[f.Line]
		for i, r := range t.runs {
			for _, e := range r.events {
				if borneOut(f, e) {
					right, told[i] = true, true
					fatal = fatal || r.fatal
				} else if f.Category == "path" && slices.Contains(e.lines, f.Line) {
					told[i] = true
				}
			}
		}
		if !right {
			doubtful = append(doubtful, f)
		}
	}
	for _, f := range doubtful {
		// After misuse in a callee that ends the program, and is reported, lockvet
		// goes on, as the callee may have had another way. What follows is no mistake
		// that this program could show. Nor is what would happen if misuse that lockvet has
		// missed had not ended the program.
		if fatal || t.late(f) {
			t.v.Findings--
			t.v.Unjudged++
			continue
		}
		if t.free(g, f) {
			t.v.Integers++
			continue
		}
		t.v.Disagreements = append(t.v.Disagreements, Disagreement{
			Wrong: true, Kind: f.Check + "/" + f.Category, Line: f.Line, Finding: f, Function: g.root(),
		})
	}
	t.missed(g, told)
}

// late reports whether a finding tells of what would happen if the program went on after
// it has hung or crashed.
func (t *truth) late(f Finding) bool {
	return slices.ContainsFunc(t.runs, func(r run) bool {
		return slices.ContainsFunc(r.late, func(e event) bool { return borneOut(f, e) })
	})
}

// free reports whether a finding would be right if comparisons of integers had any result.
func (t *truth) free(g *group, f Finding) (right bool) {
	free := &truth{judge: &judge{file: t.file, line: t.line, program: interp.New(t.info, t.ast)}}
	for _, fn := range g.funcs {
		// Too many executions to try them all: those that were tried count.
		_ = free.program.ExploreFree(fn, func(r *interp.Run) { free.add(fn, r) })
	}
	return slices.ContainsFunc(free.runs, func(r run) bool {
		return slices.ContainsFunc(r.events, func(e event) bool { return borneOut(f, e) })
	})
}

// dead reports whether no execution comes to a line before the program has hung or
// crashed, or if none comes there at all and it is in a literal or in the body of
// a loop over a function. lockvet judges such a body by itself, as it may run at any
// time, and does not know the conditions around it.
func (t *truth) dead(line int) bool {
	inLit, healthy, after := false, false, false
	ast.Inspect(t.ast, func(n ast.Node) bool {
		if n == nil || t.line(n.Pos()) > line || line > t.line(n.End()) {
			return false
		}
		switch n := n.(type) {
		case *ast.FuncLit:
			inLit = true
		case *ast.RangeStmt:
			_, isFunc := t.info.TypeOf(n.X).Underlying().(*types.Signature)
			inLit = inLit || isFunc && t.line(n.Pos()) < line
		}
		s, ok := n.(ast.Stmt)
		if _, isBlock := n.(*ast.BlockStmt); ok && (!isBlock && t.line(s.Pos()) == line || isBlock && t.line(s.End()) == line) {
			healthy = healthy || t.program.Reached[s]
			after = after || t.program.ReachedAfter[s]
		}
		return true
	})
	return !healthy && (after || inLit)
}

// missed looks for misuse that is not told of. Runs that have another trouble
// that is, do not count: one report is enough to look at the place.
func (t *truth) missed(g *group, told []bool) {
	type trouble struct {
		kind interp.Kind
		line int
	}
	found := map[trouble]bool{} // whether it is told of
	input := map[trouble]string{}
	var order []trouble
	for i, r := range t.runs {
		if !r.fn.Name.IsExported() {
			continue // judged with its callers
		}
		for _, e := range r.events {
			if r.changed || !t.promised(r, e) {
				continue
			}
			k := trouble{e.Kind, e.lines[len(e.lines)-1]}
			if _, ok := found[k]; !ok {
				order = append(order, k)
				input[k] = r.input
			}
			found[k] = found[k] || told[i]
		}
	}
	for _, k := range order {
		t.v.Troubles++
		if !found[k] {
			t.v.Disagreements = append(t.v.Disagreements, Disagreement{
				Kind: string(k.kind), Line: k.line, Input: input[k], Function: g.root(),
			})
		}
	}
}

// promised reports whether lockvet means to report such an event. It is silent
// by intent on recursive reads, which depend on others, on locks that a function
// leaves held on all its paths, on those that nobody can reach any more, and on unlocks of
// local locks that were never locked.
func (t *truth) promised(r run, e event) bool {
	switch {
	case e.Panicking, e.Kind == interp.RecursiveRead, e.Kind == interp.UnlockedFree && e.Local:
		return false
	case e.Kind == interp.HeldAtExit:
		return e.Depth == 0 && !e.Local && e.Stack[0].IsValid() && t.released[placeOf(r.fn, e.since)]
	}
	return true
}
