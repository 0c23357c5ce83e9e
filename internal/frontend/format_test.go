package frontend

import (
	"encoding/json"
	"encoding/xml"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/go/analysis"
)

// The line has two bytes, one unit of UTF-16, before what is found in it, and the
// message what means something to each of the formats.
const (
	odd       = "package m\n\nfunc (c *Cache) get() {\n\tif é { c.get() }\n}\n"
	oddOutput = `{"m": {"doublelock": [{
		"category": "again",
		"posn": "DIR/a b,é.go:4:10", "end": "DIR/a b,é.go:4:17",
		"message": "100% <locked>,\nsince: odd.go:3",
		"suggested_fixes": [{"message": "Call put", "edits": [
			{"filename": "DIR/a b,é.go", "start": 46, "end": 49, "new": "put"},
			{"filename": "DIR/other.go", "start": 0, "end": 0, "new": "x"}]}],
		"related": [
			{"posn": "DIR/a b,é.go:3:1", "end": "DIR/a b,é.go:3:5", "message": "first"},
			{"posn": "/else where/x.go:7", "end": "/else where/x.go:7", "message": "then"},
			{"posn": "-", "end": "-", "message": "nowhere"}
		]}]}}`
)

func oddReport(t *testing.T) (*Report, *sources) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "a b,é.go"), []byte(odd), 0o666); err != nil {
		t.Fatal(err)
	}
	return fromVet(t, dir, oddOutput), newSources(dir)
}

func TestSARIF(t *testing.T) {
	r, src := oddReport(t)
	a := &analysis.Analyzer{Name: "doublelock", Doc: "report\n\n  - again: Lock after\n    Lock.\n  - upgrade: x.\n"}
	none := &analysis.Analyzer{Name: "copylocks", Doc: "copies\n", URL: "https://example.com/c"}
	var log sarifLog
	if err := json.Unmarshal(r.sarif(sarifRules([]*analysis.Analyzer{a, none}, nil, nil), src), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	var rules []string
	for _, rule := range run.Tool.Driver.Rules {
		rules = append(rules, rule.ID+" | "+rule.ShortDescription.Text+" | "+rule.HelpURI)
		if rule.Help.Text == "" {
			t.Errorf("%s has no help", rule.ID)
		}
	}
	const base = "https://github.com/lockvet/lockvet/blob/main/docs/"
	if got, want := strings.Join(rules, "\n"), strings.Join([]string{
		"doublelock/again | doublelock: Lock after Lock. | " + base + "doublelock.md#again",
		"doublelock/upgrade | doublelock: x. | " + base + "doublelock.md#upgrade",
		"copylocks | copylocks: copies. | https://example.com/c",
	}, "\n"); got != want {
		t.Errorf("rules:\n%s\nwant:\n%s", got, want)
	}
	got, err := json.MarshalIndent(run.Results, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(filepath.Join("testdata", "results.sarif.json"))
	if err != nil || string(got)+"\n" != string(want) {
		t.Errorf("%v\ngot:\n%s\nwant:\n%s", err, got, want)
	}
}

func TestGitHub(t *testing.T) {
	r, src := oddReport(t)
	want := "::error title=lockvet doublelock/again,file=a b%2Cé.go,line=4,endLine=4,col=9,endColumn=16::" +
		"100%25 <locked>,\\x0asince: odd.go:3%0Aa b,é.go:3:1: first%0A/else where/x.go:7: then%0A-: nowhere\n"
	if got := string(r.github(src)); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestCheckstyle(t *testing.T) {
	r, _ := oddReport(t)
	var doc struct {
		File []struct {
			Name  string `xml:"name,attr"`
			Error []struct {
				Line    int    `xml:"line,attr"`
				Message string `xml:"message,attr"`
				Source  string `xml:"source,attr"`
			} `xml:"error"`
		} `xml:"file"`
	}
	if err := xml.Unmarshal(r.checkstyle(), &doc); err != nil {
		t.Fatal(err)
	}
	f := doc.File[0]
	if f.Name != "a b,é.go" || f.Error[0].Line != 4 || f.Error[0].Source != "lockvet.doublelock/again" ||
		!strings.HasPrefix(f.Error[0].Message, "100% <locked>,\\x0asince: odd.go:3\na b,é.go:3:1: first\n") {
		t.Errorf("got %+v", doc)
	}
}

// A key knows a finding again where lines moved and paths are others, and tells
// those apart that are alike.
func TestKeys(t *testing.T) {
	finding := func(line int, message string) Finding {
		return Finding{Check: "c", Package: "m", Message: message, Start: Position{File: "x.go", Line: line}}
	}
	src := func(text string) *sources {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "x.go"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return newSources(dir)
	}
	before := Report{Findings: []Finding{finding(1, "held since x.go:7:3"), finding(2, "held since x.go:9")}}
	after := Report{Findings: []Finding{finding(3, "held since x.go:17:3"), finding(5, "held since x.go:19")}}
	old, moved := before.keys(src("f()\nf()\n")), after.keys(src("\n\n\tf() \n\nf()\r\n"))
	if old[0] == old[1] {
		t.Errorf("alike: %+v", old)
	}
	for i := range old {
		if old[i] != moved[i] {
			t.Errorf("%+v is not %+v", old[i], moved[i])
		}
	}
	other := after.keys(src("\n\ng()\n\nf()\n"))
	if other[0] == old[0] {
		t.Error("the line does not matter")
	}
}
