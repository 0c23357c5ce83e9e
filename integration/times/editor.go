package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/sourcegraph/jsonrpc2"

	"github.com/lockvet/lockvet/internal/measure/gobuild"
	"github.com/lockvet/lockvet/internal/measure/usage"
)

// servers says what answers the editor.
type servers struct {
	gopls    bool
	lockvet  bool // beside gopls or alone
	compiled bool // lockvet's checks are compiled into gopls
}

// mistakes are what the editor writes at the end of the file: one that gopls finds,
// and one that lockvet finds.
const (
	copies   = "\nfunc lockvetTimes%d(mu sync.Mutex) {}\n"
	deadlock = "\nfunc lockvetTimes%d(mu *sync.Mutex) {\n\tmu.Lock()\n\tmu.Lock()\n}\n"
)

// editor opens the file, with a mistake in it that is not saved, and waits until it is
// shown. It does so with empty caches, and again; then it moves the mistake.
func editor(s servers) func(*bench) (cold, warm, edit usage.Sample, err error) {
	return func(b *bench) (cold, warm, edit usage.Sample, err error) {
		args := []string{"serve"}
		exe := filepath.Join(b.scratch, "gopls", "gopls")
		switch {
		case s.compiled:
			exe = filepath.Join(b.scratch, "gopls-with-lockvet")
			if _, statErr := os.Stat(exe); statErr != nil {
				out, err := exec.Command(filepath.Join(b.root, "tools/gopls/with-lockvet"), exe, b.root).CombinedOutput()
				if err != nil {
					return cold, warm, edit, fmt.Errorf("with-lockvet: %w\n%s", err, out)
				}
			}
		case s.gopls:
			if err := gobuild.Build(filepath.Join(b.root, "tools/gopls"), "golang.org/x/tools/gopls", exe); err != nil {
				return cold, warm, edit, err
			}
		}
		if s.lockvet {
			lockvet, err := b.build(b.root, gobuild.Lockvet, "lockvet")
			if err != nil {
				return cold, warm, edit, err
			}
			args = []string{"lsp"}
			if s.gopls {
				args[0] = "gopls"
			}
			exe = lockvet
		}
		b.turn++
		env := append(os.Environ(), fmt.Sprintf("GOPLSCACHE=%s/gopls%d", b.scratch, b.turn),
			"PATH="+filepath.Join(b.scratch, "gopls")+string(filepath.ListSeparator)+os.Getenv("PATH"))
		mistake, shown := copies, "passes lock by value"
		if s.lockvet || s.compiled {
			mistake, shown = deadlock, "which deadlocks"
		}
		if cold, _, err = b.session(exe, args, env, mistake, shown); err == nil {
			warm, edit, err = b.session(exe, args, env, mistake, shown)
		}
		return cold, warm, edit, err
	}
}

// session starts a language server and measures how long it takes to show a mistake
// from its start, and from a change that moves the mistake.
func (b *bench) session(exe string, args, env []string, mistake, shown string) (open, edit usage.Sample, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Minute)
	defer cancel()
	path := filepath.Join(b.dir, b.file)
	data, err := os.ReadFile(path)
	if err != nil {
		return open, edit, err
	}
	cmd := exec.CommandContext(ctx, exe, args...)
	cmd.Dir, cmd.Env = b.dir, env
	in, err := cmd.StdinPipe()
	if err != nil {
		return open, edit, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return open, edit, err
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return open, edit, err
	}
	uri := "file://" + path
	w := &watcher{uri: uri, changed: make(chan struct{}, 1)}
	conn := jsonrpc2.NewConn(ctx, jsonrpc2.NewBufferedStream(pipes{out, in}, jsonrpc2.VSCodeObjectCodec{}), jsonrpc2.HandlerWithError(w.handle))
	root := map[string]any{"uri": "file://" + b.dir, "name": "m"}
	steps := []func() error{
		func() error {
			return conn.Call(ctx, "initialize", map[string]any{"processId": os.Getpid(), "rootUri": root["uri"],
				"workspaceFolders": []any{root}, "capabilities": map[string]any{"textDocument": map[string]any{
					"publishDiagnostics": map[string]any{"versionSupport": true}}}}, nil)
		},
		func() error { return conn.Notify(ctx, "initialized", struct{}{}) },
		func() error {
			return conn.Notify(ctx, "textDocument/didOpen", map[string]any{"textDocument": map[string]any{
				"uri": uri, "languageId": "go", "version": 1, "text": string(data) + fmt.Sprintf(mistake, 1)}})
		},
		func() error { return w.await(ctx, 1, shown) },
		func() error {
			open.Wall = time.Since(start)
			start = time.Now()
			return conn.Notify(ctx, "textDocument/didChange", map[string]any{
				"textDocument":   map[string]any{"uri": uri, "version": 2},
				"contentChanges": []any{map[string]any{"text": string(data) + "\n// Moved.\n" + fmt.Sprintf(mistake, 2)}}})
		},
		func() error { return w.await(ctx, 2, shown) },
		func() error { edit.Wall = time.Since(start); return conn.Call(ctx, "shutdown", nil, nil) },
		func() error { return conn.Notify(ctx, "exit", nil) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			cmd.Process.Kill()
			cmd.Wait()
			return open, edit, err
		}
	}
	err = cmd.Wait()
	open.CPU = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	return open, edit, err
}

type pipes struct {
	io.Reader
	io.WriteCloser
}

// A watcher keeps what was last published for a file.
type watcher struct {
	uri     string
	changed chan struct{}

	mu      sync.Mutex
	version int
	text    string
}

func (w *watcher) handle(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
	if r.Method == "workspace/configuration" {
		return []any{nil}, nil
	}
	if r.Method != "textDocument/publishDiagnostics" || r.Params == nil {
		return nil, nil
	}
	var p struct {
		URI     string
		Version int
	}
	if err := json.Unmarshal(*r.Params, &p); err != nil || p.URI != w.uri {
		return nil, err
	}
	w.mu.Lock()
	w.version, w.text = p.Version, string(*r.Params)
	w.mu.Unlock()
	select {
	case w.changed <- struct{}{}:
	default:
	}
	return nil, nil
}

// await waits until what is published of a version has the text in it.
func (w *watcher) await(ctx context.Context, version int, text string) error {
	for {
		w.mu.Lock()
		done := w.version == version && strings.Contains(w.text, text)
		w.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-w.changed:
		case <-ctx.Done():
			return fmt.Errorf("%q is not shown: %w", text, ctx.Err())
		}
	}
}
