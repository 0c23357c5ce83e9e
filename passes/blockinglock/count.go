package blockinglock

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ssa"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/groups"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/passes/lockflow"
)

// counts reports WaitGroups whose Wait does not end because a Done is missing, and those whose counter goes
// below zero. No lock takes part, so the package may have none. Some Waits have been reported already.
func counts(pass *analysis.Pass, res *lockflow.Result, reported []token.Pos) error {
	if model.Primitive(pass.Pkg.Path()) || !usesGroups(pass) {
		return nil
	}
	built, err := res.Build(pass)
	if err != nil {
		return err
	}
	c := &counter{pass, lockflow.Speak(pass)}
	for _, r := range groups.Check(built.Pkg, built.SrcFuncs) {
		if !slices.Contains(reported, r.Pos) {
			c.report(r)
		}
	}
	return nil
}

func usesGroups(pass *analysis.Pass) bool {
	for _, obj := range pass.TypesInfo.Uses {
		if fn, ok := obj.(*types.Func); ok && fn.Pkg() != nil && fn.Pkg().Path() == "sync" && strings.HasPrefix(fn.FullName(), "(*sync.WaitGroup).") {
			return true
		}
	}
	return false
}

// A counter puts into words what is wrong with a WaitGroup.
type counter struct {
	pass  *analysis.Pass
	speak *lockflow.Speaker
}

func (c *counter) at(i ssa.Instruction) string { return c.speak.At(&flow.Step{Pos: i.Pos()}) }

// call names the WaitGroup of a call, and writes what is called: "wg" and "wg.Add(2)".
func (c *counter) call(i ssa.Instruction) (group, text string) {
	if _, ok := i.(*ssa.Go); ok {
		return "the WaitGroup", "the goroutine"
	}
	node, _ := c.speak.Node(i.Pos())
	call, ok := node.(*ast.CallExpr)
	if !ok {
		return "the WaitGroup", "the call"
	}
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok {
		return "the WaitGroup", types.ExprString(call.Fun)
	}
	group = types.ExprString(sel.X)
	if len(call.Args) == 1 && sel.Sel.Name == "Add" {
		return group, fmt.Sprintf("%s.Add(%s)", group, types.ExprString(call.Args[0]))
	}
	return group, group + "." + sel.Sel.Name
}

func (c *counter) report(r groups.Report) {
	d := analysis.Diagnostic{Category: "count", Pos: r.Pos}
	if node, _ := c.speak.Node(r.Pos); node != nil {
		d.Pos, d.End = c.speak.Range(r.Pos)
	}
	also := func(i ssa.Instruction, note string) {
		if i != nil && i.Pos().IsValid() {
			from, to := c.speak.Range(i.Pos())
			d.Related = append(d.Related, analysis.RelatedInformation{Pos: from, End: to, Message: note})
		}
	}
	added := "what was added"
	if r.Add != nil {
		_, text := c.call(r.Add)
		added = fmt.Sprintf("%s (%s)", text, c.at(r.Add))
	}
	path := ""
	if r.Path {
		path = " on a path"
	}
	switch r.Kind {
	case groups.Short:
		_, wait := c.call(r.Wait)
		more := "one"
		if r.Left > 1 {
			more = fmt.Sprint(r.Left)
		}
		d.Message = fmt.Sprintf("%s never returns%s: %s adds %s more than Done is called", wait, path, added, more)
		if !r.Path {
			d.Category = "excess"
		}
	case groups.Later:
		_, wait := c.call(r.Wait)
		_, done := c.call(r.Done)
		d.Message = fmt.Sprintf("%s never returns%s: it waits for %s (%s), which this goroutine comes to only afterwards", wait, path, done, c.at(r.Done))
		also(r.Done, "the Done that comes only afterwards")
	case groups.Circle:
		_, wait := c.call(r.Wait)
		_, done := c.call(r.Done)
		_, held := c.call(r.Held)
		d.Message = fmt.Sprintf("%s never returns%s: %s (%s) comes only after %s (%s), which waits for this goroutine", wait, path, done, c.at(r.Done), held, c.at(r.Held))
		also(r.Done, "the Done that is waited for")
		also(r.Held, "the Wait that comes before it")
	case groups.Undrained:
		d.Category = "undrained"
		_, wait := c.call(r.Wait)
		receive := "nothing receives"
		if r.Drain != nil {
			receive = fmt.Sprintf("is received only afterwards (%s)", c.at(r.Drain))
			also(r.Drain, "the receive that comes only afterwards")
		}
		d.Message = fmt.Sprintf("%s never returns: what the goroutine sends before its Done (%s) %s", wait, c.at(r.Held), receive)
		also(r.Held, "the send that waits")
	case groups.Skipped:
		_, wait := c.call(r.Wait)
		d.Message = fmt.Sprintf("no Done on this path, as on others, for %s: %s (%s) never returns then", added, wait, c.at(r.Wait))
		also(r.Wait, "the Wait that never returns")
	case groups.Negative:
		d.Category = "negative"
		group, done := c.call(r.Done)
		d.Message = fmt.Sprintf("%s makes the counter of %s negative%s, which panics", done, group, path)
	case groups.Twice:
		d.Category = "twice"
		group, done := c.call(r.Done)
		d.Message = fmt.Sprintf("%s is called here and by the defer (%s): the counter of %s becomes negative, which panics", done, c.at(r.Deferred), group)
		also(r.Deferred, "the deferred call")
	case groups.Uncounted:
		group, done := c.call(r.Done)
		d.Message = fmt.Sprintf("%s makes the counter of %s negative, which panics: nothing adds to it", done, group)
	case groups.Early:
		d.Category = "late"
		_, done := c.call(r.Done)
		d.Message = fmt.Sprintf("Add comes after the go statement: %s (%s) may come first, and makes the counter negative, which panics", done, c.at(r.Done))
		also(r.Done, "Done may come before Add")
	case groups.Inside:
		d.Category = "itself"
		if r.Alone {
			d.Category = "late"
		}
		_, wait := c.call(r.Wait)
		d.Message = fmt.Sprintf("the goroutine counts itself: %s (%s) may come before this Add; call it before the go statement", wait, c.at(r.Wait))
		also(r.Wait, "the Wait that may come first")
	}
	if r.Fork.IsValid() {
		d.Related = append(d.Related, analysis.RelatedInformation{Pos: r.Fork, Message: "where the path parts from one on which it returns"})
	}
	for _, add := range r.Adds {
		if add != r.Add {
			also(add, "what is added")
		}
	}
	also(r.Add, "what is added")
	for _, done := range r.Dones {
		if r.Kind == groups.Negative {
			also(done, "Done is called here as well")
		} else {
			also(done, "the Done that is not reached")
		}
	}
	if !off.Skips(d.Category) {
		c.pass.Report(d)
	}
}
