package interp

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
)

// A jump is how a statement ends, if not by going on to the next.
type jump struct {
	tok   token.Token // ILLEGAL: none; BREAK, CONTINUE, GOTO, FALLTHROUGH, RETURN
	label string
	pos   token.Pos // of the statement that jumps
}

var onward = jump{}

// list executes statements in a scope of their own.
func (m *machine) list(stmts []ast.Stmt) jump {
	saved := m.env
	defer func() { m.env = saved }()
	for i := 0; i < len(stmts); i++ {
		j := m.stmt(stmts[i], "")
		if j.tok == token.GOTO {
			if k := labelled(stmts, j.label); k >= 0 {
				i = k - 1
				continue
			}
		}
		if j != onward {
			return j
		}
	}
	return onward
}

func labelled(stmts []ast.Stmt, label string) int {
	for i, s := range stmts {
		if l, ok := s.(*ast.LabeledStmt); ok && l.Label.Name == label {
			return i
		}
	}
	return -1
}

// stmt executes one statement, which has the label.
func (m *machine) stmt(s ast.Stmt, label string) jump {
	m.step()
	if m.run.End == "" {
		m.Reached[s] = true
	} else {
		m.ReachedAfter[s] = true
	}
	switch s := s.(type) {
	case *ast.BlockStmt:
		return m.list(s.List)
	case *ast.LabeledStmt:
		return m.stmt(s.Stmt, s.Label.Name)
	case *ast.EmptyStmt:
	case *ast.ExprStmt:
		m.prepare(s.X.(*ast.CallExpr), nil)()
	case *ast.DeferStmt:
		m.frame.defers = append(m.frame.defers, m.prepare(s.Call, m.frame))
	case *ast.DeclStmt:
		m.decl(s.Decl.(*ast.GenDecl))
	case *ast.AssignStmt:
		m.assign(s)
	case *ast.IncDecStmt:
		c := m.addr(s.X)
		n := m.load(c).(int)
		if s.Tok == token.INC {
			m.store(c, n+1)
		} else {
			m.store(c, n-1)
		}
	case *ast.ReturnStmt:
		m.returns(s)
		return jump{tok: token.RETURN, pos: s.Pos()}
	case *ast.BranchStmt:
		j := jump{tok: s.Tok, pos: s.Pos()}
		if s.Label != nil {
			j.label = s.Label.Name
		}
		return j
	case *ast.IfStmt:
		saved := m.env
		defer func() { m.env = saved }()
		if s.Init != nil {
			m.stmt(s.Init, "")
		}
		if m.expr(s.Cond).(bool) {
			return m.list(s.Body.List)
		} else if s.Else != nil {
			return m.stmt(s.Else, "")
		}
	case *ast.SwitchStmt:
		return m.switches(s, label)
	case *ast.ForStmt:
		return m.loop(s, label)
	case *ast.RangeStmt:
		return m.ranges(s, label)
	default:
		panic(unsupported{fmt.Sprintf("%T", s)})
	}
	return onward
}

func (m *machine) decl(d *ast.GenDecl) {
	for _, spec := range d.Specs {
		v, ok := spec.(*ast.ValueSpec)
		if !ok {
			continue
		}
		var vals []any
		for _, x := range v.Values {
			vals = append(vals, m.expr(x))
		}
		for i, name := range v.Names {
			c := m.define(name)
			if i < len(vals) {
				m.store(c, vals[i])
			}
		}
	}
}

func (m *machine) assign(s *ast.AssignStmt) {
	var vals []any
	if len(s.Rhs) == 1 && len(s.Lhs) > 1 {
		vals = m.prepare(ast.Unparen(s.Rhs[0]).(*ast.CallExpr), nil)()
	} else {
		for _, r := range s.Rhs {
			vals = append(vals, m.expr(r))
		}
	}
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE {
		panic(unsupported{"assignment " + s.Tok.String()})
	}
	cells := make([]*cell, len(s.Lhs))
	for i, l := range s.Lhs {
		id, isIdent := l.(*ast.Ident)
		switch {
		case isIdent && id.Name == "_":
		case isIdent && s.Tok == token.DEFINE && m.Info.Defs[id] != nil:
		default:
			cells[i] = m.addr(l)
		}
	}
	for i, l := range s.Lhs {
		id, isIdent := l.(*ast.Ident)
		if isIdent && id.Name == "_" {
			continue
		}
		if cells[i] == nil {
			cells[i] = m.define(id)
		}
		m.store(cells[i], vals[i])
	}
}

func (m *machine) returns(s *ast.ReturnStmt) {
	f := m.frame
	f.exit = s.Pos()
	var vals []any
	if len(s.Results) == 1 && len(f.results) > 1 {
		vals = m.prepare(ast.Unparen(s.Results[0]).(*ast.CallExpr), nil)()
	} else {
		for _, r := range s.Results {
			vals = append(vals, m.expr(r))
		}
	}
	for i, v := range vals {
		m.store(f.results[i], v)
	}
}

func (m *machine) switches(s *ast.SwitchStmt, label string) jump {
	saved := m.env
	defer func() { m.env = saved }()
	if s.Init != nil {
		m.stmt(s.Init, "")
	}
	var tag any = true
	if s.Tag != nil {
		tag = m.expr(s.Tag)
	}
	chosen := -1
search:
	for i, c := range s.Body.List {
		clause := c.(*ast.CaseClause)
		for _, x := range clause.List {
			if m.expr(x) == tag {
				chosen = i
				break search
			}
		}
	}
	if chosen < 0 {
		for i, c := range s.Body.List {
			if c.(*ast.CaseClause).List == nil {
				chosen = i
			}
		}
	}
	for chosen >= 0 && chosen < len(s.Body.List) {
		j := m.list(s.Body.List[chosen].(*ast.CaseClause).Body)
		switch {
		case j.tok == token.FALLTHROUGH:
			chosen++
			continue
		case j.tok == token.BREAK && (j.label == "" || j.label == label):
			return onward
		}
		return j
	}
	return onward
}

// turn says what a jump out of a loop's body means to the loop: whether it goes
// on, and the jump that remains if not.
func turn(j jump, label string) (again bool, rest jump) {
	mine := j.label == "" || j.label == label
	switch {
	case j == onward, j.tok == token.CONTINUE && mine:
		return true, onward
	case j.tok == token.BREAK && mine:
		return false, onward
	}
	return false, j
}

// loop runs a for statement, whose variables are new ones on each turn.
func (m *machine) loop(s *ast.ForStmt, label string) jump {
	saved := m.env
	defer func() { m.env = saved }()
	if s.Init != nil {
		m.stmt(s.Init, "")
	}
	for {
		m.step()
		if s.Cond != nil && !m.expr(s.Cond).(bool) {
			return onward
		}
		if again, rest := turn(m.list(s.Body.List), label); !again {
			return rest
		}
		m.renew(saved)
		if s.Post != nil {
			m.stmt(s.Post, "")
		}
	}
}

// renew copies the variables declared since outer.
func (m *machine) renew(outer *env) {
	var fresh []*env
	for e := m.env; e != outer; e = e.outer {
		fresh = append(fresh, e)
	}
	m.env = outer
	for i := len(fresh) - 1; i >= 0; i-- {
		c := *fresh[i].cell
		m.env = &env{fresh[i].obj, &c, m.env}
	}
}

// ranges runs a range statement over an integer, an array, or a function.
func (m *machine) ranges(s *ast.RangeStmt, label string) jump {
	saved := m.env
	defer func() { m.env = saved }()
	body := func(vals ...any) jump {
		m.step()
		for i, x := range []ast.Expr{s.Key, s.Value} {
			id, ok := x.(*ast.Ident)
			switch {
			case x == nil || ok && id.Name == "_":
			case ok && s.Tok == token.DEFINE:
				m.store(m.define(id), vals[i])
			default:
				m.store(m.addr(x), vals[i])
			}
		}
		return m.list(s.Body.List)
	}
	over := m.Info.TypeOf(s.X).Underlying()
	if p, ok := over.(*types.Pointer); ok {
		over = p.Elem().Underlying()
	}
	switch over.(type) {
	case *types.Basic:
		for i := range m.expr(s.X).(int) {
			if again, rest := turn(body(i), label); !again {
				return rest
			}
			m.env = saved
		}
	case *types.Array:
		for i, c := range m.elements(s.X) {
			var vals = []any{i, nil}
			if s.Value != nil {
				vals[1] = m.load(c)
			}
			if again, rest := turn(body(vals...), label); !again {
				return rest
			}
			m.env = saved
		}
	case *types.Signature:
		return m.rangesFunc(s, label, body)
	default:
		panic(unsupported{"range over " + over.String()})
	}
	return onward
}

func (m *machine) elements(x ast.Expr) []*cell {
	if _, ok := m.Info.TypeOf(x).Underlying().(*types.Pointer); ok {
		return m.load(m.expr(x).(*cell)).(*structure).fields
	}
	return m.load(m.addr(x)).(*structure).fields
}

// rangesFunc gives the loop's body to the function as its yield. The body is
// part of the function around it: what it defers and returns is of that one.
func (m *machine) rangesFunc(s *ast.RangeStmt, label string, body func(...any) jump) jump {
	outerFrame, outerEnv := m.frame, m.env
	left := onward
	done := false
	yield := native(func(m *machine, _ token.Pos, args []any) []any {
		if done {
			m.panicGo("range function continued iteration after loop body exit")
		}
		frame, env := m.frame, m.env
		m.frame, m.env = outerFrame, outerEnv
		defer func() { m.frame, m.env = frame, env }()
		since := m.seq
		j := body(args...)
		again, rest := turn(j, label)
		if again {
			m.complete(s.Body)
			m.leave(s.Body.Rbrace, since)
		} else {
			m.carry(j.pos, since)
		}
		left, done = rest, !again
		return []any{again}
	})
	m.invoke(m.expr(s.X), []any{yield}, s.X.Pos(), nil)
	done = true
	return left
}
