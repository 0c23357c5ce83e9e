package frontend

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/rivo/uniseg"
	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/config"
	"github.com/lockvet/lockvet/passes"
)

// fromVet reads what go vet would print and tidies it.
func fromVet(t *testing.T, dir, output string) *Report {
	t.Helper()
	var tree vetTree
	if err := json.Unmarshal([]byte(strings.ReplaceAll(output, "DIR", filepath.ToSlash(dir))), &tree); err != nil {
		t.Fatal(err)
	}
	r := new(Report)
	r.add(tree)
	r.tidy(dir, true)
	r.finish([]*analysis.Analyzer{{Name: "doublelock"}, {Name: "copylocks", URL: "https://example.com/c"}}, new(config.Config))
	return r
}

const cacheGo = "package cache\n\nfunc (c *Cache) get() {\n\tc.mu.Lock() // é\n\tc.evict()\n\tc.\u202emu.Unlock()\n}\n"

const vetOutput = `{
	"m/cache [m/cache.test]": {
		"doublelock": [{
			"category": "recursive",
			"posn": "DIR/cache.go:5:2", "end": "DIR/cache.go:5:11",
			"message": "c.mu is locked again\u001b[31m by evict",
			"suggested_fixes": [{"message": "Fix", "edits": [{"filename": "DIR/cache.go", "start": 3, "end": 4, "new": "x"}]}],
			"related": [
				{"posn": "DIR/cache.go:4:2", "end": "DIR/cache.go:4:13", "message": "held\nsince here"},
				{"posn": "DIR/other.go:30", "end": "DIR/other.go:30", "message": "from a fact"},
				{"posn": "-", "end": "-", "message": "nowhere"},
				{"posn": "DIR/cache.go:3:1", "end": "DIR/cache.go:7:2", "message": "in get"},
				{"posn": "DIR/cache.go:6:7", "end": "DIR/cache.go:6:9", "message": "until here"},
				{"posn": "DIR/cache.go:99:1", "end": "DIR/cache.go:99:1", "message": "gone"}
			]
		}],
		"copylocks": [{"posn": "/elsewhere/x.go:1:1", "end": "/elsewhere/x.go:1:1", "message": "copied"}]
	}
}`

func TestText(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "cache.go"), []byte(cacheGo), 0o666); err != nil {
		t.Fatal(err)
	}
	got := string(fromVet(t, dir, vetOutput).text(newSources(dir), style{}))
	want := `/elsewhere/x.go:1:1: warning: copied [copylocks]

cache.go:5:2: error: c.mu is locked again\x1b[31m by evict [doublelock/recursive]
     5 | c.evict()
       | ^~~~~~~~~
  cache.go:4:2: held\x0asince here
       4 | c.mu.Lock() // é
         | -----------
  other.go:30: from a fact
  -: nowhere
  cache.go:3:1: in get
       3 | func (c *Cache) get() {
         | -----------------------
  cache.go:6:7: until here
       6 | c.\u202emu.Unlock()
         |         --
  cache.go:99:1: gone

2 findings: 1 error, 1 warning in 2 packages
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestPlain(t *testing.T) {
	got := string(fromVet(t, "/src", vetOutput).plain())
	want := `/elsewhere/x.go:1:1: warning: copied [copylocks]
cache.go:5:2: error: c.mu is locked again\x1b[31m by evict [doublelock/recursive]
	cache.go:4:2: held\x0asince here
	other.go:30: from a fact
	-: nowhere
	cache.go:3:1: in get
	cache.go:6:7: until here
	cache.go:99:1: gone
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// The schema that docs/cli.md promises.
func TestJSON(t *testing.T) {
	r := fromVet(t, "/src", vetOutput)
	r.Findings = r.Findings[1:]
	r.Findings[0].Related = r.Findings[0].Related[1:3]
	r.Errors = []Failure{{Package: "m/bad", Message: "bad.go:1:1: expected <package>"}, {Message: "general"}}
	got := string(r.json())
	want := `{
  "version": 1,
  "findings": [
    {
      "check": "doublelock",
      "category": "recursive",
      "severity": "error",
      "message": "c.mu is locked again\u001b[31m by evict",
      "url": "https://github.com/lockvet/lockvet/blob/main/docs/doublelock.md#recursive",
      "package": "m/cache",
      "start": {
        "file": "cache.go",
        "line": 5,
        "column": 2
      },
      "end": {
        "file": "cache.go",
        "line": 5,
        "column": 11
      },
      "related": [
        {
          "message": "from a fact",
          "start": {
            "file": "other.go",
            "line": 30,
            "column": 0
          },
          "end": {
            "file": "other.go",
            "line": 30,
            "column": 0
          }
        },
        {
          "message": "nowhere",
          "start": {
            "file": "",
            "line": 0,
            "column": 0
          },
          "end": {
            "file": "",
            "line": 0,
            "column": 0
          }
        }
      ],
      "fixes": [
        {
          "message": "Fix",
          "edits": [
            {
              "file": "cache.go",
              "start": 3,
              "end": 4,
              "new": "x"
            }
          ]
        }
      ]
    }
  ],
  "errors": [
    {
      "package": "m/bad",
      "message": "bad.go:1:1: expected <package>"
    },
    {
      "message": "general"
    }
  ]
}
`
	if got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

// A file in two packages gives its findings once, in an order that does not
// depend on which package came first.
func TestTidy(t *testing.T) {
	const a = `{"p": {"c": [{"posn": "/s/b.go:2:1", "message": "two"}, {"posn": "/s/b.go:10:1", "message": "ten"}]}}`
	const b = `{"p [p.test]": {"c": [{"posn": "/s/b.go:2:1", "message": "two"}, {"posn": "/s/a_test.go:1:1", "message": "test"}]}}`
	for _, order := range [][]string{{a, b}, {b, a}} {
		r := new(Report)
		for _, output := range order {
			var tree vetTree
			if err := json.Unmarshal([]byte(output), &tree); err != nil {
				t.Fatal(err)
			}
			r.add(tree)
		}
		r.tidy("/s", true)
		r.finish(nil, new(config.Config))
		want := "a_test.go:1:1: error: test [c]\nb.go:2:1: error: two [c]\nb.go:10:1: error: ten [c]\n"
		if got := string(r.plain()); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
		r.tidy("/s", false)
		if got := string(r.plain()); strings.Contains(got, "test.go") {
			t.Errorf("without tests, got:\n%s", got)
		}
	}
}

// A check that returns an error is a failure, not silence.
func TestCheckError(t *testing.T) {
	r := fromVet(t, "/src", `{"p": {"doublelock": {"error": "boom"}, "copylocks": 7}}`)
	if len(r.Errors) != 2 || len(r.Findings) != 0 {
		t.Fatalf("got %+v", r)
	}
	var all bytes.Buffer
	for _, f := range r.Errors {
		all.WriteString(f.String())
	}
	for _, want := range []string{"# p\n", "doublelock: boom\n", "copylocks: cannot read the findings: "} {
		if !strings.Contains(all.String(), want) {
			t.Errorf("no %q in %s", want, &all)
		}
	}
}

// What several checks fail for is said once, and what fails for that, not at all.
func TestSameError(t *testing.T) {
	r := fromVet(t, "/src", `{"p": {"missingunlock": {"error": "bad facts"}, "doublelock": {"error": "bad facts"}, "ignore": {"error": "failed prerequisites: doublelock, missingunlock"}}}`)
	if want := []Failure{{Package: "p", Message: "doublelock, missingunlock: bad facts"}}; !slices.Equal(r.Errors, want) {
		t.Errorf("got %q, want %q", r.Errors, want)
	}
	r = fromVet(t, "/src", `{"p": {"ignore": {"error": "failed prerequisites: x"}}}`)
	if len(r.Errors) != 1 {
		t.Errorf("got %q", r.Errors)
	}
}

func TestParsePosition(t *testing.T) {
	for s, want := range map[string]Position{
		"/a/b.go:3:14":  {"/a/b.go", 3, 14},
		"/a/b.go:3":     {"/a/b.go", 3, 0},
		"/a/b.go":       {"/a/b.go", 0, 0},
		`C:\a\b.go:3:1`: {`C:\a\b.go`, 3, 1},
		"/a:7/b.go:3:1": {"/a:7/b.go", 3, 1},
		"-":             {},
		"":              {},
	} {
		if got := parsePosition(s); got != want {
			t.Errorf("parsePosition(%q) = %+v, want %+v", s, got, want)
		}
	}
}

func TestMark(t *testing.T) {
	for _, test := range []struct {
		line     string
		from, to int
		shown    string
		marks    string
	}{
		{"\tx.y()", 1, 4, "x.y()", "^~~"},
		{"\tx.y()", 3, 3, "x.y()", "  ^"},                       // no end
		{"\tx.y()", -1, -1, "x.y()", ""},                        // no column
		{"\tx.y()", 40, 44, "x.y()", ""},                        // the file has changed
		{"\tx.y()", 0, 3, "x.y()", ""},                          // in the indentation
		{"\tif é { x() }", 9, 12, "if é { x() }", "       ^~~"}, // bytes are not columns
		{"a\tb", 2, 3, "a    b", "     ^"},
		{"f(世界, x)", 10, 11, "f(世界, x)", "        ^"}, // two cells each
		{"f(👨‍👩‍👧, x)", 22, 23, `f(👨\u200d👩\u200d👧, x)`, strings.Repeat(" ", 22) + "^"}, // joiners do not show
		{"f(世界)", 2, 8, "f(世界)", "  ^~~~"},
		{"a\x1bb", 2, 3, `a\x1bb`, "     ^"},
		{"a\x1bb", 1, 2, `a\x1bb`, " ^~~~"},
		{"a\xffb", 2, 3, `a\xffb`, "     ^"},
	} {
		shown, marks := mark(test.line, test.from, test.to, primaryMark)
		if shown != test.shown || marks != test.marks {
			t.Errorf("mark(%q, %d, %d) = %q, %q, want %q, %q", test.line, test.from, test.to, shown, marks, test.shown, test.marks)
		}
	}
}

func TestClip(t *testing.T) {
	for _, test := range []struct{ shown, marks, wantShown, wantMarks string }{
		{"mu.Lock(); f()", "^~~~~~~~~", "mu.Lock(); f()", "^~~~~~~~~"},
		{"mu.Lock(); if a < b { return }", "^~~~~~~~~", "mu.Lock(); if a < b…", "^~~~~~~~~"},
		{"mu.Lock(); if a < b { return }", "                      ^~~~~~", "…if a < b { return }", "            ^~~~~~"},
		{"mu.Lock(); if a < b { return }; x()", "           ^~~~~~~~~~~~~~~~~~~", "…k(); if a < b { re…", "      ^~~~~~~~~~~~~~"},
		{"世界世界世界世界世界世界", "^~~~", "世界世界世界世界世 …", "^~~~"},
		{"世界世界世界世界世界世界", "                   ^~~~~", "… 界世界世界世界世界", "               ^~~~~"},
	} {
		shown, marks := clip(test.shown, test.marks, 20)
		if shown != test.wantShown || marks != test.wantMarks || uniseg.StringWidth(shown) > 20 {
			t.Errorf("clip(%q, %q) = %q, %q, want %q, %q", test.shown, test.marks, shown, marks, test.wantShown, test.wantMarks)
		}
	}
}

func TestWrap(t *testing.T) {
	for _, test := range []struct {
		text  string
		width int
		want  string
	}{
		{"a bb ccc", 0, "a bb ccc"},
		{"a bb ccc", 8, "a bb ccc"},
		{"a bb ccc", 7, "a bb\n  ccc"},
		{"a longerthanthat b", 6, "a\n  longerthanthat\n  b"},
		{"世界 世界", 8, "世界\n  世界"},
	} {
		if got := strings.Join(wrap(strings.Fields(test.text), test.width, "", "  "), "\n"); got != test.want {
			t.Errorf("%q in %d cells: %q, want %q", test.text, test.width, got, test.want)
		}
	}
}

func TestColor(t *testing.T) {
	for _, test := range []struct {
		env    string
		isTerm bool
		want   bool
	}{
		{"TERM=xterm", true, true},
		{"TERM=xterm", false, false},
		{"TERM=dumb", true, false},
		{"FORCE_COLOR=1", false, true},
		{"CLICOLOR_FORCE=1", false, true},
		{"CLICOLOR_FORCE=0 TERM=xterm", true, true},
		{"FORCE_COLOR=0 TERM=xterm", true, false},
		{"NO_COLOR=1 FORCE_COLOR=1", true, false},
		{"CLICOLOR=0 TERM=xterm", true, false},
	} {
		for _, name := range []string{"TERM", "FORCE_COLOR", "CLICOLOR_FORCE", "CLICOLOR", "NO_COLOR"} {
			t.Setenv(name, "")
		}
		for _, v := range strings.Fields(test.env) {
			name, value, _ := strings.Cut(v, "=")
			t.Setenv(name, value)
		}
		if got := wantsColor(test.isTerm); got != test.want {
			t.Errorf("%s, on a terminal: %v: colour is %v", test.env, test.isTerm, got)
		}
	}
}

// A dependency is visited for what exports facts, and every flag still parses.
func TestFactsOnly(t *testing.T) {
	exporter := &analysis.Analyzer{Name: "facts", FactTypes: []analysis.Fact{new(fact)}}
	middle := &analysis.Analyzer{Name: "middle", Requires: []*analysis.Analyzer{exporter}}
	plain := &analysis.Analyzer{Name: "plain", ResultType: reflect.TypeFor[int]()}
	check := &analysis.Analyzer{Name: "check", Requires: []*analysis.Analyzer{plain, middle, exporter}}
	check.Flags.Bool("off", false, "")

	got := factsOnly([]*analysis.Analyzer{exporter, plain, check})
	if got[0] != exporter {
		t.Error("the exporter was replaced")
	}
	if len(got[1].Requires) != 0 || got[1].ResultType != nil || got[1].Name != "plain" {
		t.Errorf("got %+v", got[1])
	}
	if !reflect.DeepEqual(got[2].Requires, []*analysis.Analyzer{exporter}) || got[2].Flags.Lookup("off") == nil {
		t.Errorf("got %+v", got[2])
	}
	if err := analysis.Validate(factsOnly(passes.Analyzers())); err != nil {
		t.Error(err)
	}
}

// A check that is off by default is added to what runs; unitchecker must not take its
// flag for "only this".
func TestChoose(t *testing.T) {
	suite := Suite{
		Analyzers: func(...string) []*analysis.Analyzer { return []*analysis.Analyzer{{Name: "a"}, {Name: "b"}} },
		Optional:  []string{"slow", "odd"},
	}
	for args, want := range map[string]struct{ on, rest string }{
		"x.cfg":                             {"", "x.cfg"},
		"-slow x.cfg":                       {"slow", "x.cfg"},
		"--slow=1 -deps x.cfg":              {"slow", "-deps x.cfg"},
		"-slow=false x.cfg":                 {"", "x.cfg"},
		"-slow -slow=false x.cfg":           {"", "x.cfg"},
		"-slow=false -slow x.cfg":           {"slow", "x.cfg"},
		"-slow -odd x.cfg":                  {"slow odd", "x.cfg"},
		"-a -slow x.cfg":                    {"slow", "-slow -a x.cfg"},
		"-a=false -slow x.cfg":              {"slow", "-a=false x.cfg"},
		"-a x.cfg":                          {"", "-a x.cfg"},
		"-slow -a.flag=true -json=1 -c=2 x": {"slow", "-a.flag=true -json=1 -c=2 x"},
	} {
		on, rest, err := choose(strings.Fields(args), suite)
		if err != nil || strings.Join(on, " ") != want.on || strings.Join(rest, " ") != want.rest {
			t.Errorf("choose(%s) = %q, %q, %v, want %q, %q", args, on, rest, err, want.on, want.rest)
		}
	}
	if _, _, err := choose([]string{"-slow=maybe", "x.cfg"}, suite); err == nil {
		t.Error("no error for -slow=maybe")
	}
}

type fact struct{}

func (*fact) AFact() {}
