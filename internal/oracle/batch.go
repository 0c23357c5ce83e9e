package oracle

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/oracle/gen"
)

// BatchSize is how many programs share a file.
const BatchSize = 100

// A Tally is the sum over many programs.
type Tally struct {
	Programs int
	Findings int // judged
	Unjudged int // see Verdict
	Integers int // see Verdict
	Troubles int // places of misuse that should be reported
	Skipped  int // programs with too many inputs
	Wrong    int
	Missed   int
	// Kinds counts disagreements: "wrong doublelock/again", "missed return".
	Kinds map[string]int
}

// Add sums up two tallies.
func (t *Tally) Add(o Tally) {
	t.Programs += o.Programs
	t.Findings += o.Findings
	t.Unjudged += o.Unjudged
	t.Integers += o.Integers
	t.Troubles += o.Troubles
	t.Skipped += o.Skipped
	t.Wrong += o.Wrong
	t.Missed += o.Missed
	if t.Kinds == nil {
		t.Kinds = map[string]int{}
	}
	for k, n := range o.Kinds {
		t.Kinds[k] += n
	}
}

// String is one line, and one for each kind of disagreement.
func (t Tally) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d programs, %d skipped; %d findings judged, %d wrong, %d take integers to tell, %d not judged; %d places of misuse, %d missed",
		t.Programs, t.Skipped, t.Findings, t.Wrong, t.Integers, t.Unjudged, t.Troubles, t.Missed)
	for _, k := range slices.Sorted(maps.Keys(t.Kinds)) {
		fmt.Fprintf(&b, "\n  %s: %d", k, t.Kinds[k])
	}
	return b.String()
}

// A Case is a program with a disagreement.
type Case struct {
	Program gen.Program
	Disagreement
}

// Name is the kind of the disagreement.
func (c Case) Name() string {
	if c.Wrong {
		return "wrong " + c.Kind
	}
	return "missed " + c.Kind
}

// Minimised is the smallest file found that shows the disagreement.
func (c Case) Minimised() string {
	shows := func(source string) bool {
		v, err := Judge(source)
		return err == nil && slices.ContainsFunc(v.Disagreements, func(d Disagreement) bool {
			return d.Wrong == c.Wrong && d.Kind == c.Kind
		})
	}
	source := gen.Header + c.Program.Source
	if !shows(source) {
		return source // it takes the other programs of the file
	}
	return Minimise(source, shows)
}

// Batch judges the programs of a seed from number first on.
func Batch(seed uint64, first int) (Tally, []Case, error) {
	var source strings.Builder
	source.WriteString(gen.Header)
	programs := map[string]gen.Program{}
	for n := first; n < first+BatchSize; n++ {
		p := gen.New(seed, n)
		programs[p.Root] = p
		source.WriteString(p.Source)
	}
	v, err := Judge(source.String())
	if err != nil {
		return Tally{}, nil, fmt.Errorf("seed %d, programs from %d: %w", seed, first, err)
	}
	t := Tally{
		Programs: BatchSize, Findings: v.Findings, Integers: v.Integers, Unjudged: v.Unjudged, Troubles: v.Troubles,
		Skipped: len(v.Skipped), Kinds: map[string]int{},
	}
	var cases []Case
	for _, d := range v.Disagreements {
		c := Case{programs[d.Function], d}
		if d.Wrong {
			t.Wrong++
		} else {
			t.Missed++
		}
		t.Kinds[c.Name()]++
		cases = append(cases, c)
	}
	return t, cases, nil
}
