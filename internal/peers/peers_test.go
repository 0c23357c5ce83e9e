package peers_test

import (
	"fmt"
	"go/token"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/path"
	"github.com/lockvet/lockvet/internal/peers"
	"github.com/lockvet/lockvet/internal/ssax/ssatest"
	"github.com/lockvet/lockvet/internal/summary"
	"github.com/lockvet/lockvet/internal/why"
)

// An engine is a small package and what is known of it.
type engine struct {
	*ssatest.Package
	sum   *summary.Package
	graph *peers.Graph
	trace *why.Trace
}

// analyse makes the graph of a package as the checks do. Of other packages it knows what their facts say.
func analyse(t *testing.T, name, src string, others ...*engine) *engine {
	t.Helper()
	var imports []*ssatest.Package
	facts := make(map[types.Object]*summary.Fact)
	for _, o := range others {
		imports = append(imports, o.Package)
		for owner, fact := range o.facts() {
			facts[owner] = fact
		}
	}
	e := &engine{Package: ssatest.Build(t, name, `import "sync"; `+src+"\nvar _ sync.Mutex", imports...), trace: why.New()}
	imported := func(obj types.Object, table *path.Table) *flow.Summary {
		owner, name := summary.Owner(obj)
		fact := facts[owner]
		if owner == nil || fact == nil || !fact.Has(name) {
			return nil
		}
		d, err := fact.Open(table)
		if err != nil {
			t.Fatal(err)
		}
		s, err := d.Summary(name)
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	e.sum = summary.Analyze(e.SSA, e.Funcs, summary.Imports{Summary: imported}, contract.Read(e.Files, e.SSA.Pkg, e.Info), false, nil, e.trace)
	e.graph = peers.New(e.SSA, e.Funcs, e.sum.Table, e.sum.Foreign, e.sum.Contents)
	e.graph.Apart, e.graph.Slots = e.sum.Apart, e.sum.Slots
	e.graph.Foreign(e.sum.Joins, e.sum.Serves)
	return e
}

// facts are what the package tells its importers of its types' methods.
func (e *engine) facts() map[types.Object]*summary.Fact {
	owned := make(map[types.Object]map[string]summary.Export)
	for fn, s := range e.sum.Summaries {
		if fn.Object() == nil || fn.Synthetic != "" {
			continue
		}
		owner, name := summary.Owner(fn.Object())
		if owned[owner] == nil {
			owned[owner] = make(map[string]summary.Export)
		}
		owned[owner][name] = summary.Exported(s, nil, e.sum.Live, nil, e.sum.Table)
	}
	return summary.Facts(e.SSA.Pkg, e.Fset, owned, 0, &e.sum.Table.Limits)
}

// verdicts says of the waits on the line marked @wait, and of each lock that is held there, whether the wait ends: a
// line for each. If nothing is known against that, the rule that says so and its evidence follow.
func (e *engine) verdicts(t *testing.T) string {
	t.Helper()
	var lines []string
	for _, b := range e.sum.Blocked {
		if e.Fset.Position(b.Steps[len(b.Steps)-1].Pos).Line != e.Line(t, "wait") {
			continue
		}
		for _, h := range b.Held {
			before := len(e.trace.Drops)
			v := e.graph.Stuck(peers.Question{Op: b.Op, Root: b.Root, Steps: b.Steps, Lock: h, Later: b.Later != ""})
			line := fmt.Sprintf("%s: %v", flow.Spell(b.Root, h.Lock), v)
			for _, d := range e.trace.Drops[before:] {
				line += fmt.Sprintf(": %v", d.Rule)
				if d.Evidence.Text != "" {
					line += ", " + d.Evidence.Text
				}
				if d.Evidence.Pos.IsValid() {
					line += " at " + e.place(d.Evidence.Pos)
				}
			}
			lines = append(lines, line)
		}
	}
	slices.Sort(lines)
	return e.Marked(strings.Join(slices.Compact(lines), "\n"))
}

func (e *engine) place(pos token.Pos) string {
	p := e.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// sprintf fills the gaps of a source.
var sprintf = fmt.Sprintf

// A row is a package with a wait, and what is said of that.
type row struct{ name, src, want string }

func check(t *testing.T, rows []row) {
	t.Helper()
	for _, r := range rows {
		if got := analyse(t, "p", r.src).verdicts(t); got != r.want {
			t.Errorf("%s:\n\tgot  %q\n\twant %q", r.name, got, r.want)
		}
	}
}
