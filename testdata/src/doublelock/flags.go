package doublelock

import "sync"

// A flag of a function keeps what it was set by, whatever loops come in between.

const (
	flagLeader = iota
	flagFollower
)

type flagServer struct {
	mu    sync.Mutex
	state int
	peers *flagPeers
	parts []*flagPart
}

type flagPart struct {
	locks []*sync.Mutex
	state int
}

type flagPeers struct {
	mu      sync.Mutex
	waiting int
	server  *flagServer
}

func newFlagServer() *flagServer {
	s := &flagServer{state: flagFollower}
	s.peers = &flagPeers{server: s}
	return s
}

func (p *flagPeers) waitSynced() {
	p.mu.Lock()
	p.waiting = 0
	p.mu.Unlock()
}

// switchTo waits for the peers only when the server is a leader no more.
func (s *flagServer) switchTo(state int) {
	defer s.mu.Unlock()
	s.mu.Lock()
	if s.state == state {
		return
	}
	quits := false
	if s.state == flagLeader && state != flagLeader {
		quits = true
	}
	s.state = state
	for _, part := range s.parts {
		if part != nil && part.state != state {
			for i := range part.locks {
				part.locks[i].Lock()
			}
			part.state = state
			for i := range part.locks {
				part.locks[i].Unlock()
			}
		}
	}
	if quits {
		s.peers.waitSynced()
	}
}

func (p *flagPeers) lead() {
	p.mu.Lock()
	p.server.switchTo(flagLeader)
	p.mu.Unlock()
}

func (p *flagPeers) follow() {
	p.mu.Lock()
	p.server.switchTo(flagFollower) // want `p\.mu is locked again at flags\.go:\d+ by \(\*flagPeers\)\.waitSynced`
	p.mu.Unlock()
}
