package lsp

import (
	"context"
	"encoding/json"
	"os"
	"sync/atomic"

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
	s.conn = jsonrpc2.NewConn(context.Background(), stream, handler)
	close(ready)
	<-s.conn.DisconnectNotify()
	s.session.checks.close()
	<-stream.flush()
	if !s.over.Load() {
		return exitFailed
	}
	return 0
}

// serverCapabilities is what a server answers that it can do.
var serverCapabilities = json.RawMessage(`{
	"capabilities": {
		"textDocumentSync": {"openClose": true, "change": 2, "save": {"includeText": false}},
		"codeActionProvider": {"codeActionKinds": ["quickfix"]}
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
		return serverCapabilities, nil
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

func (s *server) publish(params publishParams) {
	s.conn.Notify(context.Background(), "textDocument/publishDiagnostics", params)
}

func (s *server) log(line string) {
	s.conn.Notify(context.Background(), "window/logMessage", showMessageParams{messageWarning, "lockvet: " + line})
}

// refresh does nothing: no diagnostics are asked for, all are published.
func (s *server) refresh() {}
