package lsp

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sourcegraph/jsonrpc2"
	"golang.org/x/tools/txtar"
)

// long is how long a test waits for what must come. The go command may have to
// build the standard library first.
const long = 90 * time.Second

// programs returns the paths of lockvet and of the gopls that lockvet is tested
// with, built from the module proxy if need be.
var programs = sync.OnceValues(func() (p struct{ lockvet, gopls string }, err error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return p, err
	}
	dir := filepath.Join(cache, "lockvet", "test")
	p.lockvet, p.gopls = filepath.Join(dir, "lockvet"), filepath.Join(dir, "gopls", "gopls")
	for _, build := range []struct{ dir, out, pkg string }{
		{"../..", p.lockvet, "./cmd/lockvet"},
		{"../../tools/gopls", p.gopls, "golang.org/x/tools/gopls"},
	} {
		cmd := exec.Command("go", "-C", build.dir, "build", "-buildvcs=false", "-o", build.out, build.pkg)
		cmd.Env = append(os.Environ(), "GOWORK=off")
		if out, err := cmd.CombinedOutput(); err != nil {
			return p, fmt.Errorf("%v: %w\n%s", cmd.Args, err, out)
		}
	}
	return p, nil
})

// needGopls skips tests that take minutes and download what gopls needs, unless
// LOCKVET_TEST_GOPLS is set, as it is in .ci/run.
func needGopls(t *testing.T) {
	t.Helper()
	if os.Getenv("LOCKVET_TEST_GOPLS") == "" {
		t.Skip("this builds and runs the real gopls; LOCKVET_TEST_GOPLS=1 wants it")
	}
	t.Parallel()
	if _, err := programs(); err != nil {
		t.Fatal(err)
	}
}

// module writes the files of a txtar archive and returns their directory.
func module(t *testing.T, archive string) string {
	t.Helper()
	dir, err := filepath.EvalSymlinks(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	files := txtar.Parse([]byte(archive)).Files
	files = append(files, txtar.File{Name: "go.mod", Data: []byte("module example.test/m\n\ngo 1.26\n")})
	for _, f := range files {
		write(t, filepath.Join(dir, f.Name), string(f.Data))
	}
	return dir
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
}

// A testEditor is an editor that has started a language server.
type testEditor struct {
	t      *testing.T
	dir    string
	cmd    *exec.Cmd
	conn   *jsonrpc2.Conn
	stderr bytes.Buffer

	settings any // the answer to workspace/configuration

	mu        sync.Mutex
	changed   chan struct{}            // closed when one of the following changes
	published map[string]publishParams // the latest, by file name
	count     map[string]int           // how often, by file name
	messages  []string                 // shown or logged
	requests  []string                 // methods of requests of the server
	versions  map[string]int
	texts     map[string]string
}

// How a testEditor starts.
type startOptions struct {
	program      string   // lockvet, if empty
	args         []string // of lockvet
	path         string   // PATH; if empty, the real gopls is first on it
	env          []string
	options      any // initializationOptions
	settings     any
	capabilities string
}

const usualCapabilities = `{
	"textDocument": {
		"publishDiagnostics": {"relatedInformation": true, "versionSupport": true},
		"codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.organizeImports"]}}}
	},
	"workspace": {
		"configuration": true,
		"workspaceEdit": {"documentChanges": true},
		"diagnostics": {"refreshSupport": true}
	},
	"window": {"workDoneProgress": true}
}`

func goplsPath(t *testing.T) string {
	p, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Dir(p.gopls) + string(filepath.ListSeparator) + os.Getenv("PATH")
}

// start starts "lockvet args..." in dir, and talks to it until it is initialized.
func start(t *testing.T, dir string, o startOptions) *testEditor {
	t.Helper()
	e := launch(t, dir, o)
	if o.capabilities == "" {
		o.capabilities = usualCapabilities
	}
	params := map[string]any{
		"processId":             os.Getpid(),
		"rootUri":               uriOf(dir),
		"workspaceFolders":      []any{map[string]any{"uri": uriOf(dir), "name": "m"}},
		"capabilities":          json.RawMessage(o.capabilities),
		"initializationOptions": o.options,
	}
	e.call("initialize", params, nil)
	e.notify("initialized", struct{}{})
	return e
}

// launch starts "lockvet args..." in dir.
func launch(t *testing.T, dir string, o startOptions) *testEditor {
	t.Helper()
	p, err := programs()
	if err != nil {
		t.Fatal(err)
	}
	if o.args == nil {
		o.args = []string{"gopls"}
	}
	if o.path == "" {
		o.path = goplsPath(t)
	}
	e := &testEditor{
		t: t, dir: dir, settings: o.settings,
		changed:   make(chan struct{}),
		published: make(map[string]publishParams),
		count:     make(map[string]int),
		versions:  make(map[string]int),
		texts:     make(map[string]string),
	}
	e.cmd = exec.Command(cmp.Or(o.program, p.lockvet), o.args...)
	e.cmd.Dir = dir
	e.cmd.Env = append(append(os.Environ(), "PATH="+o.path, "GOFLAGS=", "GOPROXY=off"), o.env...)
	e.cmd.WaitDelay = 5 * time.Second
	e.cmd.Stderr = &e.stderr
	in, err := e.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, outOfServer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	e.cmd.Stdout = outOfServer
	if err := e.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	outOfServer.Close()
	e.conn = jsonrpc2.NewConn(context.Background(), newStream(out, in), jsonrpc2.HandlerWithError(e.handle).SuppressErrClosed())
	t.Cleanup(func() {
		e.conn.Close()
		if e.cmd.ProcessState == nil {
			late := time.AfterFunc(20*time.Second, func() { e.cmd.Process.Kill() })
			e.cmd.Wait()
			late.Stop()
		}
		if t.Failed() {
			t.Logf("messages: %s\nstderr: %s", strings.Join(e.messages, "\n"), &e.stderr)
		}
	})
	return e
}

// handle takes what the server says or asks by itself.
func (e *testEditor) handle(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	defer func() {
		close(e.changed)
		e.changed = make(chan struct{})
	}()
	if !r.Notif {
		e.requests = append(e.requests, r.Method)
	}
	switch r.Method {
	case "textDocument/publishDiagnostics":
		var p publishParams
		if err := json.Unmarshal(*r.Params, &p); err != nil {
			return nil, err
		}
		path, err := pathOf(p.URI)
		if err != nil {
			return nil, err
		}
		name, err := filepath.Rel(e.dir, path)
		if err != nil {
			return nil, err
		}
		if p.URI != uriOf(path) {
			return nil, fmt.Errorf("URI %s, want %s", p.URI, uriOf(path))
		}
		e.published[name] = p
		e.count[name]++
	case "window/showMessage", "window/logMessage":
		var p showMessageParams
		json.Unmarshal(*r.Params, &p)
		e.messages = append(e.messages, r.Method+": "+p.Message)
	case "workspace/configuration":
		var p struct{ Items []any }
		json.Unmarshal(*r.Params, &p)
		answers := make([]any, len(p.Items))
		for i := range answers {
			answers[i] = e.settings
		}
		return answers, nil
	}
	return nil, nil
}

func (e *testEditor) call(method string, params, result any) {
	e.t.Helper()
	if err := e.tryCall(method, params, result); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

func (e *testEditor) tryCall(method string, params, result any) error {
	ctx, cancel := context.WithTimeout(context.Background(), long)
	defer cancel()
	return e.conn.Call(ctx, method, params, result)
}

func (e *testEditor) notify(method string, params any) {
	e.t.Helper()
	if err := e.conn.Notify(context.Background(), method, params); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

func (e *testEditor) uri(name string) string { return uriOf(filepath.Join(e.dir, name)) }

// open opens a file with the text that it has on disk.
func (e *testEditor) open(name string) {
	e.t.Helper()
	data, err := os.ReadFile(filepath.Join(e.dir, name))
	if err != nil {
		e.t.Fatal(err)
	}
	e.mu.Lock()
	e.versions[name], e.texts[name] = 1, string(data)
	e.mu.Unlock()
	e.notify("textDocument/didOpen", map[string]any{"textDocument": map[string]any{
		"uri": e.uri(name), "languageId": "go", "version": 1, "text": string(data),
	}})
}

// replace replaces the only place where old is in a file, without saving.
func (e *testEditor) replace(name, old, new string) {
	e.t.Helper()
	text := e.texts[name]
	if strings.Count(text, old) != 1 {
		e.t.Fatalf("%d times %q in %s", strings.Count(text, old), old, name)
	}
	at := strings.Index(text, old)
	e.edit(name, edit{span{at, at + len(old)}, new})
}

// edit makes one incremental change.
func (e *testEditor) edit(name string, change edit) {
	e.t.Helper()
	text := e.texts[name]
	r := textRange{utf16Units.position(text, change.start), utf16Units.position(text, change.end)}
	e.mu.Lock()
	e.versions[name]++
	version := e.versions[name]
	e.texts[name] = change.apply(text)
	e.mu.Unlock()
	e.notify("textDocument/didChange", map[string]any{
		"textDocument":   map[string]any{"uri": e.uri(name), "version": version},
		"contentChanges": []any{contentChange{&r, change.text}},
	})
}

func (e *testEditor) save(name string) {
	e.t.Helper()
	write(e.t, filepath.Join(e.dir, name), e.texts[name])
	e.notify("textDocument/didSave", documentOf(e.uri(name)))
}

func documentOf(uri string) (d documentParams) {
	d.TextDocument.URI = uri
	return d
}

// shown returns the diagnostics that were last published for a file, one a line:
// "line:column source code: message". If they are about an older version, it is
// not ok.
func (e *testEditor) shown(name string) (lines string, all []diagnostic, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	p, ok := e.published[name]
	if p.Version != nil && *p.Version != e.versions[name] {
		return "", nil, false
	}
	var b strings.Builder
	for _, raw := range p.Diagnostics {
		var d struct {
			diagnostic
			Code any `json:"code"`
		}
		if err := json.Unmarshal(raw, &d); err != nil {
			e.t.Errorf("diagnostic %s: %v", raw, err)
		}
		d.diagnostic.Code = fmt.Sprint(d.Code)
		all = append(all, d.diagnostic)
		fmt.Fprintf(&b, "%d:%d %s %v: %s\n", d.Range.Start.Line+1, d.Range.Start.Character+1, d.Source, d.Code, d.Message)
	}
	return b.String(), all, ok
}

// await waits until what is shown of a file, for its latest version, contains
// all of these, or for one that starts with "!" does not.
func (e *testEditor) await(name string, want ...string) []diagnostic {
	e.t.Helper()
	deadline := time.After(long)
	for {
		e.mu.Lock()
		changed := e.changed
		e.mu.Unlock()
		lines, all, ok := e.shown(name)
		for _, w := range want {
			not, isNot := strings.CutPrefix(w, "!")
			ok = ok && strings.Contains(lines, not) != isNot
		}
		if ok {
			return all
		}
		select {
		case <-changed:
		case <-deadline:
			e.t.Fatalf("%s shows\n%swant %q", name, lines, want)
		case <-e.conn.DisconnectNotify():
			e.t.Fatalf("the server has ended; %s shows\n%swant %q", name, lines, want)
		}
	}
}

// awaitMessage waits for a message with that text.
func (e *testEditor) awaitMessage(text string) {
	e.t.Helper()
	e.awaitThat("message "+text, func() bool { return strings.Contains(strings.Join(e.messages, "\n"), text) })
}

// awaitThat waits until something is so, which can change when the server says
// something.
func (e *testEditor) awaitThat(what string, isSo func() bool) {
	e.t.Helper()
	deadline := time.After(long)
	for {
		e.mu.Lock()
		changed, ok := e.changed, isSo()
		e.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-changed:
		case <-deadline:
			e.t.Fatalf("no %s", what)
		}
	}
}

// quit says goodbye and returns the exit code.
func (e *testEditor) quit() int {
	e.t.Helper()
	e.call("shutdown", nil, nil)
	e.notify("exit", nil)
	return e.wait()
}

// wait waits for the end of the server and returns its exit code.
func (e *testEditor) wait() int {
	e.t.Helper()
	late := time.AfterFunc(30*time.Second, func() { e.cmd.Process.Kill() })
	defer late.Stop()
	err := e.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) && !errors.Is(err, io.EOF) {
		e.t.Fatal(err)
	}
	return e.cmd.ProcessState.ExitCode()
}
