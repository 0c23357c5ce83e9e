// Package unsent handles messages that nobody sends.
package unsent

import "sync"

type request struct{ term int }

type silent struct {
	mu        sync.Mutex
	term      int
	stop      chan struct{}
	votes     chan request
	responses chan bool
}

func StartSilent() *silent {
	n := &silent{stop: make(chan struct{}), votes: make(chan request, 10), responses: make(chan bool, 10)}
	go n.run()
	return n
}

func (n *silent) run() {
	for {
		n.mu.Lock()
		candidate := n.term > 0
		n.mu.Unlock()
		if candidate {
			n.campaign()
		} else {
			n.follow()
		}
	}
}

func (n *silent) follow() {
	for {
		select {
		case <-n.stop:
			return
		case r := <-n.votes:
			n.handle(r)
		}
	}
}

func (n *silent) campaign() {
	n.mu.Lock()
	n.term++
	n.mu.Unlock()
	for {
		select {
		case <-n.stop:
			return
		case ok := <-n.responses:
			if ok {
				return
			}
		}
	}
}

func (n *silent) handle(r request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.responses <- r.term >= n.term
}

func (n *silent) Stop() { close(n.stop) }

type asked struct {
	mu        sync.Mutex
	term      int
	stop      chan struct{}
	votes     chan request
	responses chan bool
}

func StartAsked() *asked {
	n := &asked{stop: make(chan struct{}), votes: make(chan request, 10), responses: make(chan bool, 10)}
	go n.run()
	return n
}

func (n *asked) run() {
	for {
		n.mu.Lock()
		candidate := n.term > 0
		n.mu.Unlock()
		if candidate {
			n.campaign()
		} else {
			n.follow()
		}
	}
}

func (n *asked) follow() {
	for {
		select {
		case <-n.stop:
			return
		case r := <-n.votes:
			n.handle(r)
		}
	}
}

func (n *asked) campaign() {
	n.mu.Lock()
	n.term++
	n.mu.Unlock()
	for {
		select {
		case <-n.stop:
			return
		case ok := <-n.responses:
			if ok {
				return
			}
		}
	}
}

func (n *asked) handle(r request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.responses <- r.term >= n.term // want `send to n.responses with n.mu held .*: its receiver .*must lock n.mu first`
}

func (n *asked) Stop() { close(n.stop) }

func (n *asked) Vote(r request) { n.votes <- r }
