package lsp

import (
	"context"
	"encoding/json"
	"os"
	"sync/atomic"
	"time"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/sourcegraph/jsonrpc2"
)

// A server is a language server of its own, beside the gopls of an editor that
// can have several. What it knows of diagnostics it publishes.
type server struct {
	session *session
	conn    *jsonrpc2.Conn
	over    atomic.Bool // the editor has asked for an end
}

// runServer serves the editor until it is gone, and returns the exit code.
func runServer(suite frontend.Suite) int {
	s := new(server)
	s.session = newSession(suite, s)
	stream := newQueue(newStream(os.Stdin, os.Stdout))
	ready := make(chan struct{})
	handler := jsonrpc2.HandlerWithError(func(_ context.Context, _ *jsonrpc2.Conn, r *jsonrpc2.Request) (any, error) {
		<-ready
		return s.handle(r)
	})
	s.conn = jsonrpc2.NewConn(context.Background(), stream, hoverHandler{handler, s})
	close(ready)
	<-s.conn.DisconnectNotify()
	s.session.checks.close()
	<-stream.flush()
	if !s.over.Load() {
		return exitFailed
	}
	return 0
}

// A hoverHandler answers hovers beside other messages, which must not wait for them.
type hoverHandler struct {
	jsonrpc2.Handler
	s *server
}

func (h hoverHandler) Handle(ctx context.Context, conn *jsonrpc2.Conn, r *jsonrpc2.Request) {
	if r.Method != "textDocument/hover" || r.Params == nil || r.Notif {
		h.Handler.Handle(ctx, conn, r)
		return
	}
	q := h.s.session.hovered(*r.Params)
	go func() {
		var result any
		if text := q.answer(); text != "" {
			result = map[string]markup{"contents": {"markdown", text}}
		}
		conn.Reply(ctx, r.ID, result)
	}()
}

// serverCapabilities is what a server answers that it can do.
var serverCapabilities = json.RawMessage(`{
	"capabilities": {
		"textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
		"codeActionProvider": {"codeActionKinds": ["quickfix"]},
		"hoverProvider": true
	},
	"serverInfo": {"name": "lockvet"}
}`)

// handle answers a request. Of notifications there are many that a server need
// not know.
func (s *server) handle(r *jsonrpc2.Request) (result any, err error) {
	var params json.RawMessage
	if r.Params != nil {
		params = *r.Params
	}
	switch r.Method {
	case "initialize":
		s.session.initialize(params)
		s.configure(params, "initializationOptions")
		return serverCapabilities, nil
	case "workspace/didChangeConfiguration":
		s.configure(params, "settings")
	case "textDocument/didOpen":
		s.session.didOpen(params)
	case "textDocument/didChange":
		s.session.didChange(params)
	case "textDocument/didSave":
		s.session.didSave(params)
	case "textDocument/didClose":
		s.session.didClose(params)
	case "workspace/didChangeWatchedFiles":
		s.session.filesChanged(params)
	case "textDocument/codeAction":
		return append([]codeAction{}, s.session.actions(params)...), nil
	case "shutdown":
		s.over.Store(true)
	case "exit":
		go s.conn.Close()
	default:
		if !r.Notif {
			return nil, &jsonrpc2.Error{Code: jsonrpc2.CodeMethodNotFound, Message: "lockvet has no method " + r.Method}
		}
	}
	return nil, nil
}

// configure takes in the settings that are the value of a key: those of lockvet, under
// its name or by themselves.
func (s *server) configure(params json.RawMessage, key string) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(params, &fields) != nil || len(fields[key]) == 0 {
		return
	}
	own, rest := ownSettings(fields[key])
	if own == nil && string(rest) != "{}" {
		var build map[string]json.RawMessage // of gopls, which configure knows
		if json.Unmarshal(rest, &build) == nil && build["buildFlags"] == nil && build["env"] == nil {
			own = rest
		}
	}
	s.session.choose(own)
	s.session.configure(rest)
}

func (s *server) create(token string) {
	// An editor that does not answer hears of the progress nevertheless.
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	s.conn.Call(ctx, "window/workDoneProgress/create", map[string]string{"token": token}, nil)
}

func (s *server) progress(params progressParams) {
	s.conn.Notify(context.Background(), "$/progress", params)
}

func (s *server) publish(params publishParams) {
	s.conn.Notify(context.Background(), "textDocument/publishDiagnostics", params)
}

func (s *server) log(line string) {
	s.conn.Notify(context.Background(), "window/logMessage", showMessageParams{messageWarning, "lockvet: " + line})
}

// refresh does nothing: no diagnostics are asked for, all are published.
func (s *server) refresh() {}
