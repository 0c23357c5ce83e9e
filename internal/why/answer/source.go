package answer

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/scanner"
	"go/token"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/syntax"
)

// A Source is a file, with the lines that have operations.
type Source struct {
	Name  string // as the user has it
	file  *ast.File
	tf    *token.File
	text  string
	lines []string
	ops   map[int]bool
	funcs []function
}

// A function is one of the file, a literal among them.
type function struct {
	name     string // "(*T).m", "f"; "" of literals
	from, to int    // lines
}

// Parse reads a file from its text. It is an error if that cannot be parsed.
func Parse(name, text string) (*Source, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, name, text, parser.SkipObjectResolution)
	if err != nil {
		if list, ok := err.(scanner.ErrorList); ok && len(list) > 0 {
			err = list[0]
		}
		return nil, err
	}
	s := &Source{Name: name, file: file, tf: fset.File(file.FileStart), text: text, ops: make(map[int]bool)}
	s.lines = strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	s.scan()
	return s, nil
}

// line is the line of a position.
func (s *Source) line(pos token.Pos) int { return s.tf.Line(pos) }

// scan finds the operations: what a function does that locks may matter to. They are at the place that
// the engine knows them by.
func (s *Source) scan() {
	ast.Inspect(s.file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.FuncDecl:
			if n.Body != nil {
				s.function(declared(n), n, n.Body, n.Type)
			}
		case *ast.FuncLit:
			s.function("", n, n.Body, n.Type)
		case *ast.CallExpr:
			if !builtin(n.Fun) {
				s.ops[s.line(n.Lparen)] = true
			}
		case *ast.DeferStmt:
			s.ops[s.line(n.Defer)] = true
		case *ast.GoStmt:
			s.ops[s.line(n.Go)] = true
		case *ast.SendStmt:
			s.ops[s.line(n.Arrow)] = true
		case *ast.UnaryExpr:
			if n.Op == token.ARROW {
				s.ops[s.line(n.OpPos)] = true
			}
		case *ast.SelectStmt:
			s.ops[s.line(n.Select)] = true
		case *ast.ReturnStmt:
			s.ops[s.line(n.Return)] = true
		}
		return true
	})
}

func (s *Source) function(name string, n ast.Node, body *ast.BlockStmt, typ *ast.FuncType) {
	s.funcs = append(s.funcs, function{name, s.line(n.Pos()), s.line(body.Rbrace)})
	if typ.Results == nil {
		s.ops[s.line(body.Rbrace)] = true // where it returns without saying so
	}
}

// declared names a function as the engine does.
func declared(d *ast.FuncDecl) string {
	if d.Recv == nil || len(d.Recv.List) == 0 {
		return d.Name.Name
	}
	t, star := d.Recv.List[0].Type, ""
	if p, ok := ast.Unparen(t).(*ast.StarExpr); ok {
		t, star = p.X, "*"
	}
	switch g := ast.Unparen(t).(type) { // the type parameters of a generic type
	case *ast.IndexExpr:
		t = g.X
	case *ast.IndexListExpr:
		t = g.X
	}
	id, ok := ast.Unparen(t).(*ast.Ident)
	if !ok {
		return d.Name.Name
	}
	if star != "" {
		return "(*" + id.Name + ")." + d.Name.Name
	}
	return id.Name + "." + d.Name.Name
}

// builtins are the predeclared functions that locks do not matter to.
var builtins = []string{"append", "cap", "clear", "complex", "copy", "delete", "imag", "len", "make", "max", "min", "new", "print", "println", "real", "recover"}

func builtin(fun ast.Expr) bool {
	switch f := ast.Unparen(fun).(type) {
	case *ast.Ident:
		return slices.Contains(builtins, f.Name)
	case *ast.ArrayType, *ast.MapType, *ast.ChanType, *ast.FuncType, *ast.InterfaceType, *ast.StarExpr:
		return true // a conversion
	}
	return false
}

// At returns the text of a line, without its indentation.
func (s *Source) At(line int) string {
	if line < 1 || line > len(s.lines) {
		return ""
	}
	return strings.TrimSpace(s.lines[line-1])
}

// Line checks that there is an operation in a line.
func (s *Source) Line(line int) ([]int, error) {
	if line < 1 || line > len(s.lines) {
		return nil, fmt.Errorf("%s has %d lines, and so no line %d", s.Name, len(s.lines), line)
	}
	if s.ops[line] {
		return []int{line}, nil
	}
	var near []string
	for d := 1; d <= len(s.lines) && len(near) < 3; d++ {
		for _, l := range []int{line - d, line + d} {
			if s.ops[l] && len(near) < 3 {
				near = append(near, fmt.Sprintf("%d (%s)", l, s.briefly(l)))
			}
		}
	}
	if near == nil {
		return nil, fmt.Errorf("line %d of %s has no operation, and nor has another line of the file: no call, wait or return", line, s.Name)
	}
	return nil, fmt.Errorf("line %d of %s has no operation: no call, wait or return; the nearest that have are %s", line, s.Name, strings.Join(near, ", "))
}

// briefly is the text of a line, or what a closing brace ends.
func (s *Source) briefly(line int) string {
	if s.At(line) == "}" {
		for _, f := range s.funcs {
			if f.to == line && f.name != "" {
				return "the end of " + f.name
			}
		}
		return "the end of a literal"
	}
	return s.At(line)
}

// Func returns the lines with operations of a function: "Put", "Store.Put", "(*Store).Put".
func (s *Source) Func(name string) ([]int, error) {
	plain := func(n string) string { return strings.NewReplacer("(", "", ")", "", "*", "").Replace(n) }
	var found []function
	var all []string
	for _, f := range s.funcs {
		if f.name == "" {
			continue
		}
		all = append(all, f.name)
		_, method, isMethod := strings.Cut(plain(f.name), ".")
		if f.name == name || plain(f.name) == plain(name) || isMethod && method == name {
			found = append(found, f)
		}
	}
	switch {
	case len(found) == 0 && len(all) == 0:
		return nil, fmt.Errorf("%s has no functions", s.Name)
	case len(found) == 0:
		return nil, fmt.Errorf("%s has no function %s; there are %s", s.Name, name, strings.Join(all, ", "))
	case len(found) > 1:
		var names []string
		for _, f := range found {
			names = append(names, f.name)
		}
		return nil, fmt.Errorf("%s has %d functions %s: say which of %s", s.Name, len(found), name, strings.Join(names, ", "))
	}
	return s.between(found[0]), nil
}

// Around returns the lines with operations of the declared function around a line.
func (s *Source) Around(line int) ([]int, error) {
	for _, f := range s.funcs {
		if f.name != "" && f.from <= line && line <= f.to {
			return s.between(f), nil
		}
	}
	if line < 1 || line > len(s.lines) {
		return s.Line(line)
	}
	return nil, fmt.Errorf("line %d of %s is in no function", line, s.Name)
}

func (s *Source) between(f function) (lines []int) {
	for l := f.from; l <= f.to; l++ {
		if s.ops[l] {
			lines = append(lines, l)
		}
	}
	return lines
}

// condition returns the text of what a branch decides by, which the engine knows by where its value is
// computed: a condition, a parameter (which has no line: it is no condition there) or what an assignment
// yields.
func (s *Source) condition(line, col int) (text string, at int) {
	if line < 1 || line > s.tf.LineCount() {
		return "", line
	}
	pos := s.tf.LineStart(line) + token.Pos(max(col, 1)-1)
	words := func(n ast.Node) string {
		return strings.Join(strings.Fields(s.text[s.tf.Offset(n.Pos()):s.tf.Offset(n.End())]), " ")
	}
	nodes := syntax.Enclosing([]*ast.File{s.file}, pos, pos+1)
	for i, n := range nodes {
		switch n := n.(type) {
		case *ast.Field:
			return words(nodes[0]), 0
		case *ast.AssignStmt, *ast.DeclStmt:
			return "what " + words(n) + " yields", line
		case *ast.FuncDecl, *ast.BlockStmt:
			return "", line
		}
		e, ok := n.(ast.Expr)
		if !ok || i+1 >= len(nodes) {
			continue
		}
		switch around := nodes[i+1].(type) {
		case *ast.BinaryExpr:
			if around.Op != token.LAND && around.Op != token.LOR {
				continue
			}
		case *ast.IfStmt:
			if around.Cond != e {
				continue
			}
		case *ast.ForStmt:
			if around.Cond != e {
				continue
			}
		default:
			continue
		}
		return words(e), line
	}
	return "", line
}
