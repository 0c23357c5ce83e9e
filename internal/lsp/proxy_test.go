package lsp

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// cache is a program with a finding of lockvet, and, once it is edited, one of gopls.
const cache = `
-- cache/cache.go --
package cache

import "sync"

type Cache struct {
	mu sync.Mutex
	m  map[string]int
}

func (c *Cache) Get(k string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.m[k]
}

func (c *Cache) Add(k string, n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[k] = c.Get(k) + n
}
`

// again is what lockvet finds in it.
const again = "19:11 lockvet doublelock/again: c.mu is locked again"

func TestProxy(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, cache), startOptions{})
	e.open("cache/cache.go")
	found := e.await("cache/cache.go", again)[0]
	if href := found.CodeDescription; href == nil || !strings.HasSuffix(href.Href, "docs/doublelock.md#again") {
		t.Errorf("codeDescription %v, want docs/doublelock.md#again", href)
	}
	if len(found.Related) != 3 || found.Related[0].Location.URI != e.uri("cache/cache.go") || found.Related[0].Location.Range.Start != (position{16, 1}) {
		t.Errorf("relatedInformation %+v, want three steps, the first at 17:2", found.Related)
	}
	// Both have something to say of text that is not saved. What gopls says comes
	// first, and ours has moved along by then.
	e.replace("cache/cache.go", "return c.m[k]\n", "x := 1\n\treturn c.m[k]\n")
	found = e.await("cache/cache.go", "13:2 compiler UnusedVar", "20:11 lockvet doublelock/again")[0]
	// The steps come from a file that stands for the text; it must not be named.
	for _, raw := range e.published["cache/cache.go"].Diagnostics {
		if strings.Contains(string(raw), "overlay") {
			t.Errorf("a diagnostic names an overlay file: %s", raw)
		}
	}
	// Without what was wrong, nothing is.
	e.replace("cache/cache.go", "x := 1\n\t", "")
	e.replace("cache/cache.go", "c.Get(k) + n", "c.m[k] + n")
	e.await("cache/cache.go", "!lockvet", "!compiler")
	// The text that has been seen unsaved is on disk now. Its results are cached
	// with the name of the file that stood for it; nobody must see that.
	e.replace("cache/cache.go", "c.m[k] + n", "c.Get(k) - n")
	e.await("cache/cache.go", again)
	e.save("cache/cache.go")
	p, _ := programs()
	cmd := exec.Command(p.lockvet, "./...")
	cmd.Dir = e.dir
	if out, _ := cmd.Output(); !strings.HasPrefix(string(out), "cache/cache.go:19:11: ") {
		t.Errorf("lockvet ./... after saving prints\n%s", out)
	}
	if code := e.quit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

// TestStale: code that does not compile keeps the findings it had, marked.
func TestStale(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, cache), startOptions{})
	e.open("cache/cache.go")
	e.await("cache/cache.go", again)
	e.replace("cache/cache.go", "import \"sync\"\n", "import \"sync\"\n\nfunc broken() { return 1 }\n")
	e.await("cache/cache.go", "21:11 lockvet doublelock/again", "(stale: the package does not compile)", "compiler")
	e.replace("cache/cache.go", "return 1", "return")
	e.await("cache/cache.go", "21:11 lockvet doublelock/again", "!stale", "!compiler")
}

// TestPositions: positions count UTF-16 units, and changes are replayed exactly:
// after many random ones the findings are where they should be.
func TestPositions(t *testing.T) {
	needGopls(t)
	dir := module(t, strings.Replace(cache, "c.m[k] = c.Get(k)", "_, c.m[k] = \"ä𝄞😀\", c.Get(k)", 1))
	e := start(t, dir, startOptions{})
	e.open("cache/cache.go")
	const name = "cache/cache.go"
	// 8 characters before the literal's, of which two are pairs of units.
	found := e.await(name, "lockvet doublelock/again")[0]
	line := strings.Split(e.texts[name], "\n")[18]
	want := len([]rune(line[:strings.Index(line, "c.Get")])) + 2
	if found.Range.Start.Character != want {
		t.Errorf("the finding is at character %d, want %d", found.Range.Start.Character, want)
	}
	random := rand.New(rand.NewPCG(1, 2))
	e.replace(name, "package cache\n", "package cache\n\n/* 𝄞 */\n")
	for range 300 {
		// Edits are within the comment, and keep it one.
		text := e.texts[name]
		from, to := strings.Index(text, "/*")+2, strings.Index(text, "*/")
		var bounds []int
		for i := range text[from:to] {
			bounds = append(bounds, from+i)
		}
		bounds = append(bounds, to)
		a, b := bounds[random.IntN(len(bounds))], bounds[random.IntN(len(bounds))]
		if random.IntN(3) > 0 {
			b = a
		}
		pieces := []string{"", "x", "ä", "𝄞", "\n", "\r\n", "日本\n", "\n\t😀\n"}
		e.edit(name, edit{span{min(a, b), max(a, b)}, pieces[random.IntN(len(pieces))]})
	}
	line = e.texts[name][:strings.Index(e.texts[name], "c.Get(k)")]
	e.await(name, fmt.Sprintf("%d:%d lockvet doublelock/again", strings.Count(line, "\n")+1, want+1))
	// In the end lockvet and gopls agree on the text: gopls formats its own copy,
	// and the finding there is checked above in ours.
	e.replace(name, "return c.m[k]\n", "y := 2\n\treturn c.m[k]\n")
	at := strings.Count(e.texts[name][:strings.Index(e.texts[name], "y := 2")], "\n") + 1
	e.await(name, fmt.Sprintf("%d:2 compiler UnusedVar", at), "lockvet doublelock/again")
}

const withFix = `
-- a.go --
package a

import "sync"

var mu sync.Mutex

func F() {
	mu.Lock()
	defer mu.Lock()
}
`

func TestCodeActions(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, withFix), startOptions{})
	e.open("a.go")
	found := e.await("a.go", "lockvet doublelock/again: deferred Lock of mu")
	actions := func(only ...string) (titles string, all []map[string]any) {
		params := map[string]any{
			"textDocument": map[string]any{"uri": e.uri("a.go")},
			"range":        found[0].Range,
			"context":      map[string]any{"diagnostics": found, "only": only},
		}
		e.call("textDocument/codeAction", params, &all)
		for _, a := range all {
			titles += fmt.Sprintf("%v: %v\n", a["kind"], a["title"])
		}
		return titles, all
	}
	titles, all := actions()
	if !strings.Contains(titles, "quickfix: Call Unlock") || !strings.Contains(titles, "source.") {
		t.Errorf("actions\n%swant one of lockvet and some of gopls", titles)
	}
	if titles, _ := actions("quickfix"); titles != "quickfix: Call Unlock\n" {
		t.Errorf("quick fixes\n%s", titles)
	}
	if titles, _ := actions("source.organizeImports"); strings.Contains(titles, "Unlock") {
		t.Errorf("actions that organize imports\n%s", titles)
	}
	for _, a := range all {
		if a["title"] != "Call Unlock" {
			continue
		}
		data, _ := json.Marshal(a["edit"])
		want := fmt.Sprintf(`{"documentChanges":[{"edits":[{"newText":"Unlock","range":{"end":{"character":14,"line":8},"start":{"character":10,"line":8}}}],"textDocument":{"uri":%q,"version":1}}]}`, e.uri("a.go"))
		if string(data) != want {
			t.Errorf("edit %s\nwant %s", data, want)
		}
	}
	// A finding that the text may have outlived has no fix.
	e.replace("a.go", "F()", "G()")
	if titles, _ := actions("quickfix"); titles != "" {
		t.Errorf("right after an edit there are quick fixes\n%s", titles)
	}
}

// TestPull: an editor that asks for diagnostics gets lockvet's with gopls's, and is
// told to ask again when lockvet has others.
func TestPull(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, cache), startOptions{options: map[string]any{"pullDiagnostics": true}})
	e.open("cache/cache.go")
	e.await("cache/cache.go", again)
	pull := func() (lines string) {
		var report struct {
			Items []diagnostic
		}
		e.call("textDocument/diagnostic", documentOf(e.uri("cache/cache.go")), &report)
		for _, d := range report.Items {
			lines += d.Source + ": " + d.Message + "\n"
		}
		return lines
	}
	if got := pull(); !strings.HasPrefix(got, "lockvet: c.mu is locked again") {
		t.Errorf("pulled %s", got)
	}
	e.replace("cache/cache.go", "c.Get(k) + n", "c.m[k] + n")
	e.awaitThat("a request to pull again", func() bool {
		return strings.Contains(strings.Join(e.requests, " "), "workspace/diagnostic/refresh")
	})
	if got := pull(); got != "" {
		t.Errorf("pulled %s", got)
	}
}

// TestDependents: what a saved file does to packages that import it is seen there.
func TestDependents(t *testing.T) {
	needGopls(t)
	dir := module(t, cache+`
-- user/user.go --
package user

import "example.test/m/cache"

func Use(c *cache.Cache) {
	c.Lock()
	defer c.Unlock()
	c.Get("a")
}
-- cache/lock.go --
package cache

func (c *Cache) Lock()   {}
func (c *Cache) Unlock() {}
`)
	e := start(t, dir, startOptions{})
	e.open("cache/cache.go")
	e.open("cache/lock.go")
	e.open("user/user.go")
	e.await("cache/cache.go", again)
	e.await("user/user.go", "!lockvet")
	e.replace("cache/lock.go", "Lock()   {}", "Lock()   { c.mu.Lock() }")
	e.replace("cache/lock.go", "Unlock() {}", "Unlock() { c.mu.Unlock() }")
	e.save("cache/lock.go")
	found := e.await("user/user.go", "8:2 lockvet doublelock/again")
	if last := found[0].Related[len(found[0].Related)-1]; last.Location.URI != e.uri("cache/cache.go") {
		t.Errorf("the last step is in %s, want cache/cache.go", last.Location.URI)
	}
}

// TestBurst: many edits cost one check.
func TestBurst(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, cache), startOptions{})
	e.open("cache/cache.go")
	e.await("cache/cache.go", again)
	text := e.texts["cache/cache.go"]
	at := strings.Index(text, "import")
	started := time.Now()
	for range 500 {
		e.edit("cache/cache.go", edit{span{at, at}, "x"})
		e.edit("cache/cache.go", edit{span{at, at + 1}, ""})
	}
	sent := time.Since(started)
	e.replace("cache/cache.go", "c.Get(k) + n", "c.m[k] + n")
	e.await("cache/cache.go", "!lockvet")
	started = time.Now()
	e.replace("cache/cache.go", "c.m[k] + n", "c.Get(k) + n")
	e.await("cache/cache.go", again)
	took := time.Since(started)
	t.Logf("1,000 edits sent in %v; the next edit was answered after %v", sent, took)
	if took > 20*time.Second {
		t.Errorf("an edit after the burst was answered after %v", took)
	}
}

// TestSubcommands: whatever is no language server is gopls itself.
func TestSubcommands(t *testing.T) {
	needGopls(t)
	p, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	dir := module(t, strings.Replace(cache, "return c.m[k]", "return nosuch", 1))
	for _, args := range [][]string{{"version"}, {"check", "cache/cache.go"}, {"nosuch"}, {"-vv", "help", "check"}} {
		run := func(program string, args ...string) string {
			cmd := exec.Command(program, args...)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "PATH="+goplsPath(t))
			out, err := cmd.CombinedOutput()
			return fmt.Sprintf("%s%v", out, err)
		}
		got, want := run(p.lockvet, append([]string{"gopls"}, args...)...), run(p.gopls, args...)
		if args[0] == "version" && !strings.Contains(want, "gopls@v0.23.0") && !strings.Contains(want, "gopls v0.23.0") {
			t.Logf("gopls version: %s", want)
		}
		if got != want {
			t.Errorf("lockvet gopls %v: %s\nwant %s", args, got, want)
		}
	}
}

// TestName: an editor that takes a file name without arguments is given a link.
func TestName(t *testing.T) {
	needGopls(t)
	p, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), proxyName)
	if err := os.Symlink(p.lockvet, link); err != nil {
		t.Skip(err)
	}
	e := start(t, module(t, cache), startOptions{program: link, args: []string{}})
	e.open("cache/cache.go")
	e.await("cache/cache.go", again)
}

// TestSettings: packages are loaded as gopls is told to, be it at the start or when
// it asks.
func TestSettings(t *testing.T) {
	needGopls(t)
	tagged := strings.Replace(cache, "package cache\n", "//go:build special\n\npackage cache\n", 1)
	settings := map[string]any{"buildFlags": []string{"-tags=special"}}
	for _, o := range []startOptions{{options: settings}, {settings: settings}} {
		e := start(t, module(t, tagged), o)
		e.open("cache/cache.go")
		e.await("cache/cache.go", "21:11 lockvet doublelock/again")
	}
}

// fakeGopls puts a shell script in the place of gopls.
func fakeGopls(t *testing.T, script string) (path string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("needs a shell")
	}
	dir := t.TempDir()
	write(t, filepath.Join(dir, "gopls"), "#!/bin/sh\n"+script)
	if err := os.Chmod(filepath.Join(dir, "gopls"), 0o777); err != nil {
		t.Fatal(err)
	}
	return dir + string(filepath.ListSeparator) + os.Getenv("PATH")
}

func TestGoplsMissing(t *testing.T) {
	needGopls(t)
	goroot, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	e := launch(t, t.TempDir(), startOptions{
		path: filepath.Join(strings.TrimSpace(string(goroot)), "bin"),
		env:  []string{"GOPATH=" + t.TempDir(), "GOBIN="},
	})
	err = e.tryCall("initialize", struct{}{}, nil)
	if err == nil || !strings.Contains(err.Error(), "cannot find gopls") {
		t.Errorf("initialize: %v", err)
	}
	e.awaitMessage("window/showMessage: lockvet: cannot find gopls")
	if code := e.wait(); code != exitFailed {
		t.Errorf("exit code %d, want %d", code, exitFailed)
	}
}

// TestGoplsEnds: when gopls crashes or exits, the editor hears of it, whatever it
// waits for is answered, and the exit code is gopls's.
func TestGoplsEnds(t *testing.T) {
	needGopls(t)
	e := launch(t, t.TempDir(), startOptions{path: fakeGopls(t, "echo 'panic: out of cheese' >&2; sleep 1; exit 42")})
	err := e.tryCall("initialize", struct{}{}, nil)
	if err == nil || !strings.Contains(err.Error(), "gopls has ended unexpectedly (exit status 42)\npanic: out of cheese") {
		t.Errorf("initialize: %v", err)
	}
	if code := e.wait(); code != 42 {
		t.Errorf("exit code %d, want 42", code)
	}

	e = start(t, module(t, cache), startOptions{})
	e.open("cache/cache.go")
	e.await("cache/cache.go", again)
	gopls := children(t, e.cmd.Process.Pid, "gopls")
	if len(gopls) != 1 {
		t.Fatalf("processes of gopls: %v", gopls)
	}
	process, _ := os.FindProcess(gopls[0])
	process.Kill()
	e.awaitMessage("window/showMessage: lockvet: gopls has ended unexpectedly (signal: killed)")
	if code := e.wait(); code != 128+9 {
		t.Errorf("exit code %d, want 137", code)
	}
}

// TestGoplsSlow: lockvet's findings do not wait for a gopls that does nothing, and
// it is not left behind.
func TestGoplsSlow(t *testing.T) {
	needGopls(t)
	e := launch(t, module(t, cache), startOptions{path: fakeGopls(t, "exec sleep 1000")})
	e.notify("initialize", json.RawMessage(`{"capabilities": `+usualCapabilities+`}`))
	e.open("cache/cache.go")
	e.await("cache/cache.go", again)
	slow := children(t, e.cmd.Process.Pid, "sleep")
	e.conn.Close()
	e.wait()
	for _, pid := range slow {
		if alive(pid) {
			t.Errorf("process %d is still there", pid)
		}
	}
}

// TestNoOrphans: whatever ends lockvet, gopls and the go command end too.
func TestNoOrphans(t *testing.T) {
	needGopls(t)
	for _, how := range []os.Signal{os.Kill, os.Interrupt} {
		e := start(t, module(t, cache), startOptions{})
		e.open("cache/cache.go")
		e.await("cache/cache.go", again)
		e.replace("cache/cache.go", "c.Get(k) + n", "c.Get(k) - n")
		time.Sleep(debounce + 100*time.Millisecond) // a check is under way
		all := children(t, e.cmd.Process.Pid, "")
		if len(all) == 0 {
			t.Fatal("lockvet has no child")
		}
		e.cmd.Process.Signal(how)
		e.wait()
		deadline := time.Now().Add(20 * time.Second)
		for _, pid := range all {
			for alive(pid) && time.Now().Before(deadline) {
				time.Sleep(50 * time.Millisecond)
			}
			if alive(pid) {
				t.Errorf("after %v, process %d is still there", how, pid)
			}
		}
	}
}

// children returns the children of a process whose command has that name.
func children(t *testing.T, pid int, name string) (pids []int) {
	t.Helper()
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	if len(stats) == 0 {
		t.Skip("needs /proc")
	}
	for _, file := range stats {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		var id, parent int
		var state string
		open, closing := strings.Index(string(data), "("), strings.LastIndex(string(data), ")")
		fmt.Sscan(string(data[:open]), &id)
		fmt.Sscan(string(data[closing+1:]), &state, &parent)
		if parent == pid && strings.HasPrefix(string(data[open+1:closing]), name) {
			pids = append(pids, id)
		}
	}
	return pids
}

func alive(pid int) bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return false
	}
	return !strings.HasPrefix(string(data[strings.LastIndex(string(data), ")")+1:]), " Z")
}

// TestServer is the server without gopls.
func TestServer(t *testing.T) {
	needGopls(t)
	e := start(t, module(t, withFix), startOptions{args: []string{"lsp"}})
	e.open("a.go")
	found := e.await("a.go", "9:2 lockvet doublelock/again")
	var actions []codeAction
	e.call("textDocument/codeAction", map[string]any{
		"textDocument": map[string]any{"uri": e.uri("a.go")}, "range": found[0].Range, "context": struct{}{},
	}, &actions)
	if len(actions) != 1 || actions[0].Title != "Call Unlock" {
		t.Errorf("actions %+v", actions)
	}
	e.replace("a.go", "defer mu.Lock", "defer mu.Unlock")
	e.await("a.go", "!lockvet")
	if err := e.tryCall("textDocument/rename", struct{}{}, nil); err == nil {
		t.Error("there is no error for a method that lockvet does not have")
	}
	if code := e.quit(); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
