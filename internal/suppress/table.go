package suppress

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"sync"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/prose"
	"github.com/lockvet/lockvet/internal/rules"
)

// A Table holds the directives of one package. Wrapped checks, which drivers
// run in parallel, mark in it what they used.
type Table struct {
	mu     sync.Mutex
	byFile map[*token.File][]*directive
	kept   []Kept
	// generated are the files that say of themselves that they are: see [prose.Generated].
	generated map[*token.File]bool
}

// Directives reads the directives of a package. Its result is a *Table.
var Directives = &analysis.Analyzer{
	Name:             "suppressdirectives",
	Doc:              "read the comments that suppress findings",
	ResultType:       reflect.TypeFor[*Table](),
	RunDespiteErrors: true,
	Run:              func(pass *analysis.Pass) (any, error) { return newTable(pass.Fset, pass.Files), nil },
}

func newTable(fset *token.FileSet, files []*ast.File) *Table {
	t := &Table{byFile: make(map[*token.File][]*directive), generated: make(map[*token.File]bool)}
	for _, file := range files {
		tf := fset.File(file.FileStart)
		if tf == nil {
			continue
		}
		if prose.Generated(file) {
			t.generated[tf] = true
		}
		var ds []*directive
		for _, group := range file.Comments {
			for _, c := range group.List {
				d, ok := parse(c.Text)
				if !ok {
					continue
				}
				d.pos, d.end = c.Pos(), c.End()
				d.from = line(tf, c.Pos())
				// Set out for a comment on a line of its own; place corrects it.
				d.to = line(tf, group.End()) + 1
				if d.form == lintFileIgnore {
					d.from, d.to = 1, tf.LineCount()
				}
				ds = append(ds, &d)
			}
		}
		if len(ds) > 0 {
			place(tf, file, ds)
			t.byFile[tf] = ds
		}
	}
	return t
}

// place finds out which directives share their line with code and so cover that
// line only, and which //nolint stand above a statement or declaration and so
// cover the whole of it, as with golangci-lint.
func place(tf *token.File, file *ast.File, ds []*directive) {
	// last gives the last line of the longest node that starts at a place.
	type start struct{ line, col int }
	last := make(map[start]int)
	ast.Inspect(file, func(n ast.Node) bool {
		if n == nil {
			return false
		}
		to := line(tf, n.End())
		if n == file {
			to = tf.LineCount()
		}
		s := start{line(tf, n.Pos()), column(tf, n.Pos())}
		last[s] = max(last[s], to)
		return true
	})
	code := CodeLines(tf, file)
	for _, d := range ds {
		l := line(tf, d.pos)
		d.ownLine = !code[l]
		switch {
		case d.form == lintFileIgnore:
		case !d.ownLine:
			d.to = l
		case d.form == nolint:
			d.to = max(d.to, last[start{d.to, column(tf, d.pos)}])
		}
	}
}

// CodeLines returns the lines of a file on which code stands. Only lines with a
// comment need be right, and those have the start or end of a node before it.
func CodeLines(tf *token.File, file *ast.File) map[int]bool {
	code := make(map[int]bool)
	ast.Inspect(file, func(n ast.Node) bool {
		switch n.(type) {
		case nil, *ast.CommentGroup, *ast.Comment:
			return false
		}
		code[line(tf, n.Pos())] = true
		// End is the first position after the node, still on its line.
		code[line(tf, n.End())] = true
		return true
	})
	return code
}

// line is the physical line: //line comments move a directive and the code
// beside it alike, and sometimes into another file.
func line(tf *token.File, pos token.Pos) int   { return tf.PositionFor(pos, false).Line }
func column(tf *token.File, pos token.Pos) int { return tf.PositionFor(pos, false).Column }

// suppresses reports whether a directive covers a finding of the check, and
// marks every directive that does as used. In a generated file, which its readers
// cannot repair, a generator repeats what may go wrong any number of times: of
// lockvet's own checks, only errors are reported there.
func (t *Table) suppresses(fset *token.FileSet, check string, diag analysis.Diagnostic) bool {
	tf := fset.File(diag.Pos)
	if tf == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	covering := t.covering(tf, line(tf, diag.Pos), check, diag.Category)
	for _, c := range covering {
		c.item.used = true
	}
	return len(covering) > 0 || t.generated[tf] && Borrowed(check) == "" && rules.SeverityOf(check, diag.Category) != rules.Error
}

// A cover is an item of a directive that covers a finding.
type cover struct {
	*directive
	item *item
}

// covering returns what covers a finding of the check in a line of a file.
func (t *Table) covering(tf *token.File, line int, check, category string) (covers []cover) {
	for _, d := range t.byFile[tf] {
		if d.problem != "" || line < d.from || d.to < line {
			continue
		}
		for _, it := range d.items {
			if it.covers(d.form, check, category) {
				covers = append(covers, cover{d, it})
			}
		}
	}
	return covers
}

// In returns the lines of the directives in a source file that silence a finding of the
// check in one of its lines: for findings that no analyzer makes. A file that cannot be
// parsed has none.
func In(filename string, at int, check, category string) (lines []int) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, filename, nil, parser.ParseComments|parser.SkipObjectResolution)
	if err != nil {
		return nil
	}
	tf := fset.File(file.FileStart)
	for _, c := range newTable(fset, []*ast.File{file}).covering(tf, at, check, category) {
		lines = append(lines, line(tf, c.pos))
	}
	return lines
}

// Report reports to pass every directive of the table that is malformed, and
// every name in one that silenced no finding of the checks. The checks must
// have run before, wrapped. Directives addressed to other tools are left alone,
// and so are names of checks that are off.
func (t *Table) Report(pass *analysis.Pass, checks []*analysis.Analyzer, off []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	isCheck := func(name string) bool {
		return slices.ContainsFunc(checks, func(a *analysis.Analyzer) bool { return a.Name == name })
	}
	for _, file := range pass.Files {
		tf := pass.Fset.File(file.FileStart)
		for _, d := range t.byFile[tf] {
			d.report(pass, tf, isCheck, off)
		}
	}
}

func (d *directive) report(pass *analysis.Pass, tf *token.File, isCheck func(string) bool, off []string) {
	malformed := func(problem string) {
		pass.Report(analysis.Diagnostic{
			Pos: d.pos, End: d.end, Category: "malformed",
			Message: "this directive does nothing: " + problem,
		})
	}
	if d.problem != "" {
		ours := func(it *item) bool { return it.accountable(d.form, isCheck) }
		if d.form == lockvetIgnore || slices.ContainsFunc(d.items, ours) {
			malformed(d.problem)
		}
		return
	}
	var unused []string
	for _, it := range d.items {
		check, _, _ := strings.Cut(it.name, "/")
		if slices.Contains(off, check) {
			continue
		}
		if d.form == lockvetIgnore && !isCheck(check) {
			malformed(fmt.Sprintf("there is no check %q", check))
			continue
		}
		if !it.used && it.accountable(d.form, isCheck) {
			unused = append(unused, it.name)
		}
	}
	if len(unused) == 0 {
		return
	}
	diag := analysis.Diagnostic{
		Pos: d.pos, End: d.end, Category: "unused",
		Message: fmt.Sprintf("this directive is not needed: there is no finding of %s here", strings.Join(unused, ", ")),
	}
	if len(unused) == len(d.items) {
		diag.SuggestedFixes = []analysis.SuggestedFix{{
			Message:   "Remove the directive",
			TextEdits: []analysis.TextEdit{d.removal(tf)},
		}}
	}
	pass.Report(diag)
}

// removal deletes the directive, and its line if nothing else is on it.
func (d *directive) removal(tf *token.File) analysis.TextEdit {
	l := line(tf, d.pos)
	if d.ownLine && l < tf.LineCount() {
		return analysis.TextEdit{Pos: tf.LineStart(l), End: tf.LineStart(l + 1)}
	}
	return analysis.TextEdit{Pos: d.pos, End: d.end}
}
