package oracle

import (
	"strconv"
	"strings"
	"testing"

	"github.com/lockvet/lockvet/internal/oracle/gen"
)

// The first programs of a seed: no wrong report, and few places missed. More of
// them are run by internal/measure/oracle.
func TestPrograms(t *testing.T) {
	batches := 20
	if testing.Short() {
		batches = 3
	}
	var sum Tally
	for i := range batches {
		tally, cases, err := Batch(1, i*BatchSize)
		if err != nil {
			t.Fatal(err)
		}
		sum.Add(tally)
		for _, c := range cases {
			if c.Wrong {
				t.Errorf("%s\n%s", c.Disagreement, c.Minimised())
			}
		}
	}
	t.Log(sum)
	if sum.Missed*100 > sum.Troubles*5 {
		t.Errorf("%d of %d places missed: more than 5%%", sum.Missed, sum.Troubles)
	}
	if sum.Findings < sum.Programs/2 || sum.Troubles < sum.Programs/2 {
		t.Errorf("%d findings and %d places of misuse in %d programs: too few to tell anything", sum.Findings, sum.Troubles, sum.Programs)
	}
}

func TestGeneratorIsDeterministic(t *testing.T) {
	for n := range 50 {
		if a, b := gen.New(7, n), gen.New(7, n); a.Source != b.Source {
			t.Fatalf("program %d differs", n)
		}
	}
}

// judgeAs replaces the analysis: the findings are given.
func judgeAs(t *testing.T, source string, findings ...Finding) *Verdict {
	t.Helper()
	f, err := load("package p\nimport \"sync\"\ntype T struct{ mu sync.Mutex; rw sync.RWMutex; ok bool }\n" + source)
	if err != nil {
		t.Fatal(err)
	}
	j := &judge{file: f, findings: findings, v: &Verdict{Skipped: make(map[string]error)}}
	j.run()
	return j.v
}

// That the judge tells right from wrong, on programs whose truth is plain to see.
func TestJudge(t *testing.T) {
	const leak = `func (s *T) F(a bool) {
	s.mu.Lock()
	if a {
		return
	}
	s.mu.Unlock()
}`
	const again = `func (s *T) F(a bool) {
	s.mu.Lock()
	if a {
		s.h()
	}
	s.mu.Unlock()
}
func (s *T) h() {
	s.mu.Lock()
	s.mu.Unlock()
}`
	const right = `func (s *T) F(a bool) {
	if a {
		s.mu.Lock()
	}
	if a {
		s.mu.Unlock()
	}
}`
	finding := func(check, category string, line int) Finding {
		return Finding{Check: check, Category: category, Line: line}
	}
	for _, c := range []struct {
		name, source string
		findings     []Finding
		want         string
	}{
		{"leak found", leak, []Finding{finding("missingunlock", "return", 7)}, ""},
		{"leak at the wrong return", leak, []Finding{finding("missingunlock", "return", 10)}, "wrong 10, missed return 7"},
		{"leak missed", leak, nil, "missed return 7"},
		{"again found at the call", again, []Finding{finding("doublelock", "again", 7)}, ""},
		{"again of the wrong kind", again, []Finding{finding("doublelock", "upgrade", 7)}, "wrong 7, missed again 12"},
		{"again missed", again, nil, "missed again 12"},
		{"nothing to find", right, nil, ""},
		{"on a path that does not exist", right, []Finding{finding("missingunlock", "return", 10)}, "wrong 10"},
		{"on a path that does not exist, unlock", right, []Finding{finding("unlockunheld", "path", 9)}, "wrong 9"},
	} {
		var got []string
		for _, d := range judgeAs(t, c.source, c.findings...).Disagreements {
			if d.Wrong {
				got = append(got, "wrong "+strconv.Itoa(d.Line))
			} else {
				got = append(got, "missed "+d.Kind+" "+strconv.Itoa(d.Line))
			}
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%s: got %q, want %q", c.name, s, c.want)
		}
	}
}

func TestMinimise(t *testing.T) {
	const source = `package p

func f(a, b bool) {
	if a && b {
		for {
			println("x")
			println("keep")
		}
	} else {
		println("y")
	}
}

func g() {}
`
	got := Minimise(source, func(s string) bool { return strings.Contains(s, "keep") })
	const want = `package p
func f(a, b bool) {
	println("keep")
}
`
	if got != want {
		t.Errorf("got\n%s", got)
	}
}
