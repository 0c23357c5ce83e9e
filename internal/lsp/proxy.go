package lsp

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/sourcegraph/jsonrpc2"
)

// patience is how long gopls may take to end once it has nobody to talk to.
const patience = 5 * time.Second

// A proxy stands between an editor and gopls. Every message passes as it is and
// in order, but for those that have something of lockvet's merged in.
type proxy struct {
	session *session
	editor  *queue
	gopls   jsonrpc2.ObjectStream

	mu       sync.Mutex
	pending  map[string]*message // requests of the editor that gopls has not answered, by ID
	asked    map[string]bool     // requests of gopls for settings that the editor has not answered
	own      map[string]bool     // requests of lockvet that the editor has not answered
	requests int                 // of lockvet
	pulled   bool                // the editor asks for diagnostics
	ending   bool                // the editor has said goodbye
}

// runProxy starts gopls and stands between it and the editor until one of them
// is gone. It returns gopls's exit code.
func runProxy(suite frontend.Suite, gopls string, args []string) int {
	cmd := exec.Command(gopls, args...)
	cmd.Env = append(os.Environ(), proxiedEnv+"="+gopls)
	last := &tail{w: os.Stderr}
	cmd.Stderr = last
	cmd.WaitDelay = patience
	stdin, err := cmd.StdinPipe()
	if err != nil {
		return refuse(err)
	}
	stdout, stdoutOfGopls, err := os.Pipe()
	if err != nil {
		return refuse(err)
	}
	cmd.Stdout = stdoutOfGopls
	if err := cmd.Start(); err != nil {
		return refuse(fmt.Errorf("cannot start gopls: %w", err))
	}
	stdoutOfGopls.Close()

	p := &proxy{
		editor:  newQueue(newStream(os.Stdin, os.Stdout)),
		gopls:   newStream(stdout, stdin),
		pending: make(map[string]*message),
		asked:   make(map[string]bool),
		own:     make(map[string]bool),
	}
	p.session = newSession(suite, p)

	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	var caught os.Signal
	editorGone, goplsGone := make(chan struct{}), make(chan struct{})
	go func() { p.fromEditor(); close(editorGone) }()
	go func() { p.fromGopls(); close(goplsGone) }()
	select {
	case <-editorGone:
		p.end() // gopls sees the end of its input, and ends
	case <-goplsGone:
	case caught = <-signals:
		p.end()
		terminate(cmd.Process)
	}
	late := time.AfterFunc(patience, func() {
		cmd.Process.Kill()
		stdout.Close() // gopls may have children that hold the other end
	})
	p.session.checks.close()
	<-goplsGone
	err = cmd.Wait()
	late.Stop()
	p.farewell(err, last.String())
	select {
	case <-p.editor.flush():
	case <-time.After(patience): // an editor that does not read
	}
	if sig, ok := caught.(syscall.Signal); ok {
		return 128 + int(sig)
	}
	return exitCode(err)
}

// end tells gopls that there will be no more messages.
func (p *proxy) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ending = true
	p.gopls.Close()
}

// fromEditor passes on what the editor says until it says no more.
func (p *proxy) fromEditor() {
	for {
		var raw json.RawMessage
		if err := p.editor.ReadObject(&raw); err != nil {
			if err != io.EOF {
				fmt.Fprintf(os.Stderr, "lockvet: reading from the editor: %v\n", err)
			}
			return
		}
		var m message
		if json.Unmarshal(raw, &m) == nil {
			if !p.hear(&m) {
				continue
			}
			if m.changed {
				raw = mustJSON(m)
			}
		}
		// Once gopls is gone this fails, and what is up to us is done elsewhere.
		p.gopls.WriteObject(raw)
	}
}

// hear takes notice of a message of the editor and reports whether it is for gopls.
func (p *proxy) hear(m *message) bool {
	switch m.Method {
	case "initialize":
		p.session.initialize(m.Params)
		m.cut(p.session, "initializationOptions")
	case "workspace/didChangeConfiguration":
		m.cut(p.session, "settings")
	case "textDocument/hover":
		m.question = p.session.hovered(m.Params)
	case "textDocument/didOpen":
		p.session.didOpen(m.Params)
	case "textDocument/didChange":
		p.session.didChange(m.Params)
	case "textDocument/didSave":
		p.session.didSave(m.Params)
	case "textDocument/didClose":
		p.session.didClose(m.Params)
	case "workspace/didChangeWatchedFiles":
		p.session.filesChanged(m.Params)
	}
	own, asked := p.note(m)
	if asked {
		p.configure(m)
	}
	return !own
}

// cut takes lockvet's own settings out of the parameters of a message.
func (m *message) cut(s *session, key string) {
	params := s.without(m.Params, key)
	m.changed = !bytes.Equal(params, m.Params)
	m.Params = params
}

// note remembers what a message of the editor asks. It reports whether the message
// answers a request of lockvet's own, or one of gopls's for settings.
func (p *proxy) note(m *message) (own, asked bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id := string(m.ID)
	switch {
	case m.Method == "exit":
		p.ending = true
	case m.Method != "" && m.ID != nil:
		p.pending[id] = m
		p.pulled = p.pulled || m.Method == "textDocument/diagnostic"
	case m.isResponse():
		own, asked = p.own[id], p.asked[id]
		delete(p.own, id)
		delete(p.asked, id)
	}
	return own, asked
}

// configure reads the settings that the editor gives gopls, and takes out what is
// lockvet's. With several folders it gives several; the first that are any stand for all.
func (p *proxy) configure(m *message) {
	var all []json.RawMessage
	if json.Unmarshal(m.Result, &all) != nil {
		return
	}
	first := true
	for i, settings := range all {
		if string(settings) == "null" {
			continue
		}
		own, rest := ownSettings(settings)
		if own != nil {
			all[i], m.changed = rest, true
		}
		if first {
			p.session.choose(own)
			p.session.configure(rest)
			first = false
		}
	}
	if m.changed {
		m.Result = mustJSON(all)
	}
}

// fromGopls passes on what gopls says until it says no more.
func (p *proxy) fromGopls() {
	for {
		var raw json.RawMessage
		if err := p.gopls.ReadObject(&raw); err != nil {
			return
		}
		var m message
		if json.Unmarshal(raw, &m) == nil {
			if p.hold(&m) {
				continue
			}
			if p.add(&m) {
				raw = mustJSON(m)
			}
		}
		p.editor.WriteObject(raw)
	}
}

// hold reports whether a message of gopls is the answer to a hover that lockvet has
// something to say to. It is passed on when lockvet has.
func (p *proxy) hold(m *message) bool {
	if !m.isResponse() || m.Error != nil {
		return false
	}
	p.mu.Lock()
	request := p.pending[string(m.ID)]
	if request == nil || request.question == nil {
		p.mu.Unlock()
		return false
	}
	delete(p.pending, string(m.ID))
	p.mu.Unlock()
	go func() {
		m.Result = mergeHover(m.Result, request.question.answer())
		p.editor.WriteObject(m)
	}()
	return true
}

// add adds to a message of gopls what lockvet has to add, and reports whether
// that has changed it.
func (p *proxy) add(m *message) (changed bool) {
	switch {
	case m.Method == "textDocument/publishDiagnostics":
		merged := p.session.merge(m.Params)
		changed = !bytes.Equal(merged, m.Params)
		m.Params = merged
	case m.Method == "workspace/configuration":
		p.mu.Lock()
		p.asked[string(m.ID)] = true
		p.mu.Unlock()
	case m.isResponse():
		return p.addToAnswer(m)
	}
	return changed
}

func (p *proxy) addToAnswer(m *message) (changed bool) {
	p.mu.Lock()
	request := p.pending[string(m.ID)]
	delete(p.pending, string(m.ID))
	p.mu.Unlock()
	if request == nil {
		return false
	}
	result := m.Result
	switch request.Method {
	case "initialize":
		var answer struct {
			Capabilities struct {
				PositionEncoding encoding `json:"positionEncoding"`
			} `json:"capabilities"`
		}
		json.Unmarshal(result, &answer)
		p.session.setEncoding(answer.Capabilities.PositionEncoding)
	case "textDocument/codeAction":
		if m.Error == nil {
			m.Result = mergeActions(result, p.session.actions(request.Params))
		}
	case "textDocument/diagnostic":
		if m.Error == nil {
			m.Result = p.session.mergePulled(request.Params, result)
		}
	}
	return !bytes.Equal(result, m.Result)
}

// publish, log and refresh are for the session, which says so what lockvet has to
// say without being asked.
func (p *proxy) publish(params publishParams) {
	p.notify("textDocument/publishDiagnostics", params)
}

func (p *proxy) log(line string) {
	p.notify("window/logMessage", showMessageParams{messageWarning, "lockvet: " + line})
}

func (p *proxy) refresh() {
	p.mu.Lock()
	pulled := p.pulled
	p.mu.Unlock()
	if pulled {
		p.request("workspace/diagnostic/refresh", nil)
	}
}

func (p *proxy) create(token string) {
	p.request("window/workDoneProgress/create", mustJSON(map[string]string{"token": token}))
}

func (p *proxy) progress(params progressParams) { p.notify("$/progress", params) }

// request asks the editor something, whose answer is not for gopls.
func (p *proxy) request(method string, params json.RawMessage) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.requests++
	id := mustJSON(fmt.Sprintf("lockvet/%d", p.requests))
	p.own[string(id)] = true
	p.editor.WriteObject(message{Version: "2.0", ID: id, Method: method, Params: params})
}

func (p *proxy) notify(method string, params any) {
	p.editor.WriteObject(message{Version: "2.0", Method: method, Params: mustJSON(params)})
}

// farewell tells an editor that has not said goodbye that gopls is gone, and
// answers the requests that gopls has not.
func (p *proxy) farewell(err error, last string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.ending {
		return
	}
	how := "exit status 0"
	if err != nil {
		how = err.Error()
	}
	text := strings.TrimSpace(fmt.Sprintf("lockvet: gopls has ended unexpectedly (%s)\n%s", how, last))
	p.notify("window/showMessage", showMessageParams{messageError, text})
	for _, request := range p.pending {
		p.editor.WriteObject(failed(request.ID, text))
	}
}

// failed is the answer to a request that nobody can answer.
func failed(id json.RawMessage, text string) message {
	return message{Version: "2.0", ID: id, Error: mustJSON(jsonrpc2.Error{Code: jsonrpc2.CodeInternalError, Message: text})}
}

// refuse tells an editor that there will be no language server, and why.
func refuse(err error) int {
	fail("%v", err)
	editor := newStream(os.Stdin, os.Stdout)
	var m message
	if editor.ReadObject(&m) == nil && m.ID != nil {
		text := "lockvet: " + err.Error()
		editor.WriteObject(message{Version: "2.0", Method: "window/showMessage", Params: mustJSON(showMessageParams{messageError, text})})
		editor.WriteObject(failed(m.ID, text))
	}
	return exitFailed
}

// A tail passes on what is written to it and keeps the end of that.
type tail struct {
	w   io.Writer
	mu  sync.Mutex
	end []byte
}

const tailSize = 2000

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end = append(t.end, b...)
	t.end = t.end[max(0, len(t.end)-tailSize):]
	return t.w.Write(b)
}

func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.end)
}
