package doublelock

import "sync"

// Package-level strings that nobody changes decide what a callee does.
var (
	refreshPath = "/refresh"
	signInPath  = "/sign-in"
)

type portal struct {
	tokens sync.Mutex
	token  string
}

func (p *portal) send(path string) string {
	if path == signInPath {
		return path
	}
	if path != refreshPath {
		p.tokens.Lock()
		defer p.tokens.Unlock()
		return path + p.token
	}
	return path
}

// Fine: what it asks for needs no token.
func (p *portal) refresh() {
	p.tokens.Lock()
	defer p.tokens.Unlock()
	p.token = p.send(refreshPath)
}

func (p *portal) signIn() {
	p.tokens.Lock()
	defer p.tokens.Unlock()
	p.token = p.send(signInPath)
}

var listPath = "/list"

func (p *portal) list() {
	p.tokens.Lock()
	defer p.tokens.Unlock()
	p.send(listPath) // want `p\.tokens is locked again at texts\.go:\d+ by \(\*portal\)\.send, which deadlocks: it is held since texts\.go:\d+`
}
