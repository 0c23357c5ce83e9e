package rules

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

var suite = []*analysis.Analyzer{
	{Name: "double", Doc: "double: locks twice\n\nCategories:\n\n  - again: Lock after\n    Lock.\n  - reader: RLock after RLock.\n"},
	{Name: "SA1", Doc: "one kind"},
	withSwitch(),
	{Name: "slow", Doc: "slow: waits\n\n  - file: a file.\n  - sleep: a nap.\n"},
}

// withSwitch returns a check with a category that a flag switches on.
func withSwitch() *analysis.Analyzer {
	a := &analysis.Analyzer{Name: "dist", Doc: "dist: far\n\n  - near: near.\n  - far: far.\n"}
	a.Flags.Bool("near", true, "")
	a.Flags.Bool("far", false, "")
	return a
}

func TestApply(t *testing.T) {
	a := withSwitch()
	checks := []*analysis.Analyzer{a, {Name: "other", Doc: "other"}}
	s, err := Parse([]string{"dist/far"}, nil, checks, nil)
	if err != nil {
		t.Fatal(err)
	}
	run, err := s.Apply(checks, func(analysis.Diagnostic) bool { return false })
	if err != nil || !slices.Equal(run, []string{"dist"}) || a.Flags.Lookup("far").Value.String() != "true" {
		t.Errorf("%v runs, far is %v; %v", run, a.Flags.Lookup("far").Value, err)
	}
}

func TestSelection(t *testing.T) {
	for _, test := range []struct {
		list, inherited, want string
	}{
		{"double", "", "double/again double/reader"},
		{"-double", "", "SA1 dist/near"},
		{"-double/reader", "", "double/again SA1 dist/near"},
		{"double,-double/reader,slow/*", "", "double/again slow/file slow/sleep"},
		{"all,-slow/file", "", "double/again double/reader SA1 dist/near dist/far slow/sleep"},
		{"*", "", "double/again double/reader SA1 dist/near dist/far slow/file slow/sleep"},
		{"inherit,slow", "", "double/again double/reader SA1 dist/near slow/file slow/sleep"},
		{"dist", "", "dist/near"},
		{"dist/*", "", "dist/near dist/far"},
		{"dist/far,dist", "", "dist/near dist/far"},
		{"sa1", "", "SA1"},
		{"inherit,-SA1", "slow,SA1", "slow/file slow/sleep"},
		{"-SA1", "-double/again", "double/reader dist/near"},
		{"-double,double/again", "", "double/again SA1 dist/near"},
		{"*/s*", "", "slow/sleep"},
	} {
		var inherited []string
		if test.inherited != "" {
			inherited = strings.Split(test.inherited, ",")
		}
		s, err := Parse(strings.Split(test.list, ","), inherited, suite, []string{"slow"})
		if err != nil {
			t.Errorf("%s: %v", test.list, err)
			continue
		}
		// Written and read anew, as for the vet tool, it is the same.
		again, err := Parse(strings.Split(s.String(), ","), nil, suite, []string{"slow"})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []*Selection{s, again} {
			var got []string
			for _, r := range All(suite) {
				if s.Wants(r.Analyzer.Name, r.Category) {
					got = append(got, r.Name())
				}
			}
			if strings.Join(got, " ") != test.want {
				t.Errorf("%s from %q: %v, want %s", test.list, test.inherited, got, test.want)
			}
		}
	}
}

func TestUnknown(t *testing.T) {
	for list, want := range map[string]string{
		"doubel":       `there is no check "doubel"; did you mean double?`,
		"-doubel":      `there is no check "doubel"; did you mean double?`,
		"double/agian": `double has no category "agian"; did you mean again?`,
		"SA1/x":        "SA1 has no categories",
		"zzz":          `there is no check "zzz"`,
		"double/z*":    `double has no category "z*"`,
		"[":            `"[" is not a pattern: a [ has no end`,
		",":            "the list of checks is empty",
	} {
		if _, err := Parse(strings.Split(list, ","), nil, suite, nil); err == nil || err.Error() != want {
			t.Errorf("%s: error %v, want %s", list, err, want)
		}
	}
}

func TestLimit(t *testing.T) {
	var reported []string
	report := func(d analysis.Diagnostic) { reported = append(reported, d.Category) }
	check := *suite[0]
	check.Run = func(pass *analysis.Pass) (any, error) {
		for _, c := range []string{"again", "reader", "hidden"} {
			pass.Report(analysis.Diagnostic{Category: c})
		}
		return nil, nil
	}
	s, err := Parse([]string{"double/reader"}, nil, suite, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.Limit(&check, func(d analysis.Diagnostic) bool { return d.Category == "hidden" })
	check.Run(&analysis.Pass{Report: report})
	if !slices.Equal(reported, []string{"reader", "hidden"}) {
		t.Errorf("reported %v", reported)
	}
}

func TestSeverity(t *testing.T) {
	own := Severities{"double": Note, "double/again": Warning}
	if err := own.Check(All(suite)); err != nil {
		t.Error(err)
	}
	for _, test := range []struct {
		own             Severities
		check, category string
		want            Severity
	}{
		{nil, "doublelock", "again", Error},
		{nil, "doublelock", "recursiveread", Warning},
		{nil, "slowlock", "file", Note},
		{own, "double", "again", Warning},
		{own, "double", "reader", Note},
		{own, "SA1", "", Error},
	} {
		if got := test.own.Of(test.check, test.category); got != test.want {
			t.Errorf("%s/%s is %s, want %s", test.check, test.category, got, test.want)
		}
	}
	if err := (Severities{"double": "warn"}).Check(All(suite)); err == nil || !strings.Contains(err.Error(), "did you mean warning?") {
		t.Errorf("error %v", err)
	}
	if got := Count([]Severity{Error, Note, Error}); got != "2 errors, 1 note" {
		t.Errorf("counted %s", got)
	}
}
