package lsp

import (
	"encoding/json"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"unicode/utf16"

	"golang.org/x/tools/go/analysis"

	"github.com/lockvet/lockvet/internal/frontend"
)

// A fakeEditor keeps what a session tells it.
type fakeEditor struct {
	mu         sync.Mutex
	published  []publishParams
	logged     []string
	refreshed  int
	progressed []string // the kinds
}

func (f *fakeEditor) publish(p publishParams) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.published = append(f.published, p)
}

func (f *fakeEditor) log(line string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.logged = append(f.logged, line)
}

func (f *fakeEditor) refresh() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.refreshed++
}

func (f *fakeEditor) create(string) {}

func (f *fakeEditor) progress(p progressParams) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.progressed = append(f.progressed, p.Value.(map[string]any)["kind"].(string))
}

// last returns the messages that were last published.
func (f *fakeEditor) last(t *testing.T) (messages []string, version int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.published) == 0 {
		t.Fatal("nothing is published")
	}
	p := f.published[len(f.published)-1]
	for _, raw := range p.Diagnostics {
		var d diagnostic
		if err := json.Unmarshal(raw, &d); err != nil {
			t.Fatal(err)
		}
		messages = append(messages, d.Message)
	}
	if p.Version != nil {
		version = *p.Version
	}
	return messages, version
}

// testSession returns a session that never checks anything by itself, with one file
// open.
func testSession(t *testing.T, text string) (s *session, e *fakeEditor, path string) {
	e = new(fakeEditor)
	s = newSession(frontend.Suite{Catalogue: func() []*analysis.Analyzer { return nil }}, e)
	s.checks.close()
	path = filepath.Join(t.TempDir(), "a.go")
	s.didOpen(mustJSON(map[string]any{"textDocument": map[string]any{"uri": uriOf(path), "version": 1, "text": text}}))
	return s, e, path
}

// report is a report with a finding at a line.
func report(path string, line int, message string) frontend.Report {
	at := frontend.Position{File: path, Line: line, Column: 1}
	return frontend.Report{Findings: []frontend.Finding{{Check: "doublelock", Category: "again", Message: message, Package: "p", Start: at, End: at}}}
}

// take gives the session a report on the texts as they are now, or were.
func take(s *session, path string, then int, r frontend.Report) {
	s.take(filepath.Dir(path), then, r)
}

// Changes, several in one message, are replayed as the protocol says: each is about the
// text that the one before has made.
func TestChanges(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	text := randomText(random, 60)
	s, _, path := testSession(t, text)
	// The model works on UTF-16 units, and so knows nothing of our offsets.
	model := utf16.Encode([]rune(text))
	for version := 2; version < 300; version++ {
		var changes []any
		for range 1 + random.IntN(3) {
			insert := randomText(random, random.IntN(4))
			if random.IntN(20) == 0 {
				insert = randomText(random, 30)
				model = utf16.Encode([]rune(insert))
				changes = append(changes, map[string]any{"text": insert})
				continue
			}
			from := bound(model, random.IntN(len(model)+1))
			to := bound(model, min(len(model), from+random.IntN(6)))
			changes = append(changes, map[string]any{
				"range": map[string]any{"start": unitPosition(model, from), "end": unitPosition(model, to)}, "text": insert,
			})
			model = append(append(append([]uint16{}, model[:from]...), utf16.Encode([]rune(insert))...), model[to:]...)
		}
		s.didChange(mustJSON(map[string]any{
			"textDocument": map[string]any{"uri": uriOf(path), "version": version}, "contentChanges": changes,
		}))
		if got, want := s.files[path].text, string(utf16.Decode(model)); got != want {
			t.Fatalf("version %d is\n%q, want\n%q after %v", version, got, want, changes)
		}
	}
}

// bound returns i, or the next index that is between characters and not between a
// carriage return and its line feed, where no editor can be.
func bound(units []uint16, i int) int {
	for i < len(units) && (units[i] >= 0xDC00 && units[i] < 0xE000 || i > 0 && units[i-1] == '\r' && units[i] == '\n') {
		i++
	}
	return i
}

func unitPosition(units []uint16, i int) (p position) {
	for _, u := range units[:i] {
		if p.Character++; u == '\n' {
			p = position{Line: p.Line + 1}
		}
	}
	return p
}

// What gopls and lockvet say of a file is published together, whoever speaks last, and
// what both have found once.
func TestMerge(t *testing.T) {
	s, e, path := testSession(t, "package p\n\nfunc f() {}\n")
	gopls := func(version int, sources ...string) []string {
		var diagnostics []any
		for _, source := range sources {
			diagnostics = append(diagnostics, map[string]any{
				"range":  textRange{position{2, 0}, position{2, 4}},
				"source": source, "message": "from " + source, "more": 1,
			})
		}
		out := s.merge(mustJSON(map[string]any{"uri": uriOf(path), "version": version, "diagnostics": diagnostics}))
		var p publishParams
		if err := json.Unmarshal(out, &p); err != nil {
			t.Fatal(err)
		}
		e.publish(p)
		messages, _ := e.last(t)
		return messages
	}
	wants := func(got []string, want ...string) {
		t.Helper()
		if strings.Join(got, ", ") != strings.Join(want, ", ") {
			t.Errorf("published %v, want %v", got, want)
		}
	}
	wants(gopls(1, "compiler"), "from compiler")
	take(s, path, s.clock, report(path, 3, "ours"))
	messages, version := e.last(t)
	wants(messages, "from compiler", "ours")
	if version != 1 {
		t.Errorf("version %d", version)
	}
	wants(gopls(1), "ours")
	wants(gopls(1, "compiler", "doublelock"), "from compiler", "from doublelock")
	if raw := string(e.published[len(e.published)-1].Diagnostics[0]); !strings.Contains(raw, `"more":1`) {
		t.Errorf("what only gopls knows of is lost: %s", raw)
	}
	wants(gopls(1), "ours")
	take(s, path, s.clock, frontend.Report{})
	messages, _ = e.last(t)
	wants(messages)

	// Another file has nothing to do with it.
	take(s, path, s.clock, report(path, 3, "ours"))
	other := s.merge(mustJSON(map[string]any{"uri": uriOf(path + "x.go"), "diagnostics": []any{}}))
	if strings.Contains(string(other), "ours") {
		t.Errorf("a finding is published for another file: %s", other)
	}
}

// A report on a text that has changed since is dropped, and so is one on a package whose
// files are closed. The findings there are move with the text until they are edited.
func TestOutdated(t *testing.T) {
	s, e, path := testSession(t, "package p\n\nfunc f() {}\n")
	change := func(version, line, from, to int, text string) {
		s.didChange(mustJSON(map[string]any{
			"textDocument":   map[string]any{"uri": uriOf(path), "version": version},
			"contentChanges": []any{map[string]any{"range": textRange{position{line, from}, position{line, to}}, "text": text}},
		}))
	}
	before := s.clock
	change(2, 0, 9, 9, "\n// more")
	take(s, path, before, report(path, 3, "too late"))
	if len(e.published) != 0 {
		t.Errorf("published %v", e.published)
	}
	take(s, path, s.clock, report(path, 4, "in time"))
	if messages, version := e.last(t); len(messages) != 1 || version != 2 {
		t.Errorf("published %v of version %d", messages, version)
	}
	at := func() textRange { return s.diagnostic(s.files[path].ours[0]).Range }
	if got := at().Start; got != (position{3, 0}) {
		t.Errorf("the finding is at %v", got)
	}
	change(3, 0, 0, 0, "// first\n")
	if got := at().Start; got != (position{4, 0}) {
		t.Errorf("after a line before it the finding is at %v", got)
	}
	// A package that cannot be analysed keeps its findings, and says so.
	take(s, path, s.clock, frontend.Report{Errors: []frontend.Failure{{Package: "p", Message: "does not compile"}}})
	if messages, _ := e.last(t); len(messages) != 1 || !strings.Contains(messages[0], "in time (stale: the package does not compile)") {
		t.Errorf("published %v", messages)
	}
	change(4, 4, 5, 6, "g")
	if ours := s.files[path].ours; len(ours) != 0 {
		t.Errorf("a finding outlives the code that it is about: %v", ours)
	}
	s.didClose(mustJSON(documentOf(uriOf(path))))
	n := len(e.published)
	take(s, path, s.clock, report(path, 5, "closed"))
	if len(e.published) != n {
		t.Errorf("published %v of a file that is closed", e.published[n:])
	}
}

// What is published again is not, if it is the same; an editor that pulls is told when it
// is not.
func TestPublishOnce(t *testing.T) {
	s, e, path := testSession(t, "package p\n\nfunc f() {}\n")
	s.caps.Workspace.Diagnostics.RefreshSupport = true
	for range 3 {
		take(s, path, s.clock, report(path, 3, "ours"))
	}
	if len(e.published) != 1 || e.refreshed != 1 {
		t.Errorf("%d times published and %d times refreshed, want once", len(e.published), e.refreshed)
	}
	pulled := s.mergePulled(mustJSON(documentOf(uriOf(path))), json.RawMessage(`{"kind":"full","resultId":"7","items":[]}`))
	var report struct {
		ResultID string            `json:"resultId"`
		Items    []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(pulled, &report); err != nil || len(report.Items) != 1 || report.ResultID != "" {
		t.Errorf("pulled %s, want one item and no ID", pulled)
	}
	if unchanged := json.RawMessage(`{"kind":"unchanged","resultId":"7"}`); string(s.mergePulled(mustJSON(documentOf(uriOf(path))), unchanged)) != string(unchanged) {
		t.Errorf("an answer without items is changed")
	}
}

// A go command that is newer than the Go in lockvet is named in one line of the log.
func TestNewerGo(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the go command here is a shell script")
	}
	bin := t.TempDir()
	if err := os.WriteFile(filepath.Join(bin, "go"), []byte("#!/bin/sh\necho go1.99.1\n"), 0o777); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", bin)
	s, e, path := testSession(t, "package a\n")
	s.check(t.Context(), filepath.Dir(path))
	e.mu.Lock()
	defer e.mu.Unlock()
	if len(e.logged) != 1 || !strings.Contains(e.logged[0], "cannot read the standard library of go1.99.1") || strings.Contains(e.logged[0], "\n") {
		t.Errorf("the log has %q, want one line about go1.99.1", e.logged)
	}
}
