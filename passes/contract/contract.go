package contract

import (
	_ "embed"
	"flag"
	"fmt"
	"go/token"
	"strings"

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
	Run:      lockflow.Check(run),
	Flags:    flags(),
	Requires: []*analysis.Analyzer{lockflow.Analyzer},
}

func flags() flag.FlagSet {
	var fs flag.FlagSet
	fs.Func("locks", "types that are locks although lockvet cannot see it, as import/path.Type, separated by commas", model.AddLocks)
	return fs
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

func run(pass *analysis.Pass, res *lockflow.Result) error {
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
	return nil
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
	switch f.Kind {
	case flow.NotAcquired, flow.NotReleased, flow.NotKept, flow.LocksHeld, flow.UnlocksUnheld:
		lock = r.speak.Lock(f.Fn, f.Lock)
	default:
		lock = r.speak.Lock(f.Fn, f.Lock, f.First)
	}
	if does := r.breaks(f, lock); does != "" {
		contract := f.First[0]
		return fmt.Sprintf("%s %s, but by its contract (%s) it %s", flow.FuncName(f.Fn), does, r.speak.At(contract), contract.What), lock
	}
	demand := f.Again[len(f.Again)-1]
	must := "must be " + strings.TrimPrefix(demand.What, "is ")
	message = fmt.Sprintf("%s %s (%s), but %s", demand.Func, must, r.speak.At(demand), r.lacks(f, lock))
	return message, lock
}

// breaks says what a function does against its own contract, "" if it is a caller that
// does not keep one.
func (r *reporter) breaks(f flow.Finding, lock string) string {
	switch f.Kind {
	case flow.NotAcquired:
		return fmt.Sprintf("returns here without %s %s", lock, held(f.Mode))
	case flow.NotReleased:
		return "returns here with " + lock + " still held"
	case flow.NotKept:
		return "returns here with " + lock + " released" + r.where(f.Again)
	case flow.LocksHeld:
		return "locks " + lock + r.by(f.Again)
	case flow.UnlocksUnheld:
		return "unlocks " + lock + r.by(f.Again)
	}
	return ""
}

// lacks says what a caller does not do that it should.
func (r *reporter) lacks(f flow.Finding, lock string) string {
	switch {
	case f.Kind == flow.HeldExcluded:
		return fmt.Sprintf("%s is held since %s", lock, r.since(f.First))
	case f.Kind == flow.HoldMismatch:
		return fmt.Sprintf("%s is only read-locked, since %s", lock, r.since(f.First))
	case f.Kind == flow.HoldOnPath:
		return fmt.Sprintf("only some paths to here lock %s (at %s)", lock, r.since(f.First))
	case f.Start:
		return fmt.Sprintf("the goroutine started at %s does not hold %s", r.speak.At(f.Again[0]), lock)
	case len(f.First) > 0:
		return fmt.Sprintf("%s was unlocked at %s", lock, r.since(f.First))
	}
	return "nothing has locked " + lock
}

func held(m model.Mode) string {
	if m == model.Read {
		return "held for reading"
	}
	return "held"
}

// since says where the lock got into the state it is in.
func (r *reporter) since(steps []*flow.Step) string {
	return r.speak.At(steps[0]) + lockflow.By(steps)
}

// by says in which callee an operation is.
func (r *reporter) by(steps []*flow.Step) string {
	if by := lockflow.By(steps); by != "" {
		return " at " + r.speak.At(steps[len(steps)-1]) + by
	}
	return ""
}

func (r *reporter) where(steps []*flow.Step) string {
	if len(steps) == 0 {
		return ""
	}
	return " at " + r.since(steps)
}
