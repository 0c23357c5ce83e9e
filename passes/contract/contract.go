package contract

import (
	_ "embed"
	"fmt"
	"go/token"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/checkdoc"
	"github.com/lockvet/lockvet/internal/contract"
	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/why"
	"github.com/lockvet/lockvet/passes/lockflow"
)

//go:embed doc.go
var doc string

// Analyzer reports what contradicts contracts.
var Analyzer = &analysis.Analyzer{
	Name:     "contract",
	Doc:      checkdoc.Extract(doc, "contract"),
	URL:      "https://github.com/lockvet/lockvet/blob/main/docs/contract.md",
	Run:      run,
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

func init() {
	Analyzer.Flags.Func("locks", "types that are locks although lockvet cannot see it, as import/path.Type, separated by commas", model.AddLocks)
}

// categories are those of the findings of the engine.
var categories = map[flow.FindingKind]string{
	flow.HoldUnheld:    "unheld",
	flow.HoldMismatch:  "unheld",
	flow.HoldOnPath:    "unheld",
	flow.HeldExcluded:  "excluded",
	flow.NotAcquired:   "broken",
	flow.NotReleased:   "broken",
	flow.NotKept:       "broken",
	flow.LocksHeld:     "broken",
	flow.UnlocksUnheld: "broken",
}

type reporter struct {
	pass   *analysis.Pass
	speak  *lockflow.Speaker
	silent map[line]bool // lines that tell gVisor's checklocks to be silent
}

type line struct {
	file string
	line int
}

func run(pass *analysis.Pass) (any, error) {
	res, err := lockflow.Of(pass)
	if err != nil {
		return nil, err
	}
	r := &reporter{pass, lockflow.Speak(pass), silentLines(pass)}
	if res.Contracts != nil {
		for _, p := range res.Contracts.Problems {
			pass.Report(analysis.Diagnostic{Pos: p.Pos, End: p.End, Category: "malformed", Message: "this contract does nothing: " + p.Message})
		}
	}
	for _, f := range res.Findings {
		if _, ok := categories[f.Kind]; !ok {
			continue
		}
		if r.silent[r.at(f.Pos)] {
			if t := res.Summary.Table.Trace; t != nil {
				t.Drop(f.Dropped(why.Commented, why.Here("checklocksignore", f.Pos)))
			}
			continue
		}
		r.finding(f)
	}
	return nil, nil
}

func silentLines(pass *analysis.Pass) map[line]bool {
	lines := make(map[line]bool)
	for _, file := range pass.Files {
		for _, group := range file.Comments {
			for _, c := range group.List {
				if contract.Silences(c.Text) {
					p := pass.Fset.Position(c.Pos())
					lines[line{p.Filename, p.Line}] = true
				}
			}
		}
	}
	return lines
}

func (r *reporter) at(pos token.Pos) line {
	p := r.pass.Fset.Position(pos)
	return line{p.Filename, p.Line}
}

func (r *reporter) finding(f flow.Finding) {
	pos := f.Pos
	if !pos.IsValid() {
		pos = lockflow.End(f.Fn) // the function ends without a return statement
	}
	from, to := r.speak.Range(pos)
	message, lock := r.message(f)
	r.pass.Report(analysis.Diagnostic{
		Pos: from, End: to, Category: categories[f.Kind], Message: message,
		Related: append(r.speak.Related(f.First, lock, ""), r.speak.Related(f.Again, lock, "")...),
	})
}

// message puts a finding into words. The last step of a demand is the contract, and so
// is the first step of a finding in the function that has it.
func (r *reporter) message(f flow.Finding) (message, lock string) {
	says := func(s flow.Step) string {
		return fmt.Sprintf("the contract at %s says that it %s", r.speak.At(s), s.What)
	}
	switch f.Kind {
	case flow.NotAcquired, flow.NotReleased, flow.NotKept, flow.LocksHeld, flow.UnlocksUnheld:
		lock = r.speak.Lock(f.Fn, f.Lock)
	default:
		lock = r.speak.Lock(f.Fn, f.Lock, f.First)
	}
	switch f.Kind {
	case flow.NotAcquired:
		return fmt.Sprintf("%s returns here without %s %s, but %s", flow.FuncName(f.Fn), lock, held(f.Mode), says(f.First[0])), lock
	case flow.NotReleased:
		return fmt.Sprintf("%s returns here without having released %s, but %s", flow.FuncName(f.Fn), lock, says(f.First[0])), lock
	case flow.NotKept:
		return fmt.Sprintf("%s returns here with %s released%s, but %s", flow.FuncName(f.Fn), lock, r.where(f.Again), says(f.First[0])), lock
	case flow.LocksHeld:
		return fmt.Sprintf("%s locks %s%s, but %s", flow.FuncName(f.Fn), lock, r.by(f.Again), says(f.First[0])), lock
	case flow.UnlocksUnheld:
		return fmt.Sprintf("%s unlocks %s%s, but %s", flow.FuncName(f.Fn), lock, r.by(f.Again), says(f.First[0])), lock
	}
	demand := f.Again[len(f.Again)-1]
	switch {
	case f.Kind == flow.HeldExcluded:
		message = fmt.Sprintf("%s is called with %s held since %s, but %s", demand.Func, lock, r.since(f.First), says(demand))
	case f.Kind == flow.HoldMismatch:
		message = fmt.Sprintf("%s is called with %s held for reading only, since %s, but %s", demand.Func, lock, r.since(f.First), says(demand))
	case f.Kind == flow.HoldOnPath:
		message = fmt.Sprintf("%s is called, but only some paths to here lock %s (at %s), and %s", demand.Func, lock, r.since(f.First), says(demand))
	case f.Start:
		message = fmt.Sprintf("%s is called without %s, which the goroutine started at %s does not hold, but %s", demand.Func, lock, r.speak.At(f.Again[0]), says(demand))
	case len(f.First) > 0:
		message = fmt.Sprintf("%s is called without %s, which was unlocked at %s, but %s", demand.Func, lock, r.since(f.First), says(demand))
	default:
		message = fmt.Sprintf("%s is called without %s, which nobody has locked, but %s", demand.Func, lock, says(demand))
	}
	return message, lock
}

func held(m model.Mode) string {
	if m == model.Read {
		return "held for reading"
	}
	return "held"
}

// since says where the lock got into the state it is in.
func (r *reporter) since(steps []flow.Step) string {
	return r.speak.At(steps[0]) + lockflow.By(steps)
}

// by says in which callee an operation is.
func (r *reporter) by(steps []flow.Step) string {
	if by := lockflow.By(steps); by != "" {
		return " at " + r.speak.At(steps[len(steps)-1]) + by
	}
	return ""
}

func (r *reporter) where(steps []flow.Step) string {
	if len(steps) == 0 {
		return ""
	}
	return " at " + r.since(steps)
}
