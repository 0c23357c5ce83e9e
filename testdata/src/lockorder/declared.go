package lockorder

import "sync"

// The order within a type and to others, by one comment at the type.
//
//lockvet:before mu subs dsub.mu
type dconn struct {
	mu, subs sync.Mutex
	all      []*dsub
}

type dsub struct {
	mu sync.Mutex
	c  *dconn
}

func (c *dconn) right() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.subs.Lock()
	defer c.subs.Unlock()
	for _, s := range c.all {
		s.mu.Lock() // want `\(\*dconn\)\.right locks dconn\.mu, then dsub\.mu, and \(\*dsub\)\.through \(declared\.go:\d+\) in the opposite order: can deadlock` `dconn\.right locks dconn\.subs, then dsub\.mu, and dsub\.callsDirect \(declared\.go:\d+\) in the opposite order: can deadlock`
		s.mu.Unlock()
	}
}

func (s *dsub) direct() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.c.subs.Lock() // want `dconn\.subs is locked with dsub\.mu held \(since declared\.go:\d+\), against the order declared at declared\.go:\d+`
	s.c.subs.Unlock()
}

// By way of a third lock, and through a call.
func (s *dsub) through() {
	s.mu.Lock()
	s.c.lockBriefly() // want `dconn\.mu is locked with dsub\.mu held \(since declared\.go:\d+\), against the order declared at declared\.go:\d+`
	s.mu.Unlock()
}

func (c *dconn) lockBriefly() {
	c.mu.Lock()
	c.mu.Unlock()
}

// What does both is to blame, not who calls it.
func (s *dsub) callsDirect() { s.direct() }

// Not waited for.
func (s *dsub) tries() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.c.subs.TryLock() {
		s.c.subs.Unlock()
	}
}

// At a variable and at a field, with a chain, an embedded lock and elements.
var (
	//lockvet:before declShards declShard.mu
	declGlobal sync.RWMutex
	declShards struct {
		sync.Mutex
		of [4]declShard
	}
)

type declShard struct {
	//lockvet:leaf
	mu sync.Mutex
	n  int
}

func declLeaf(s *declShard) {
	s.mu.Lock()
	defer s.mu.Unlock()
	declGlobal.RLock() // want `declGlobal is locked with declShard\.mu held \(since declared\.go:\d+\), which is declared a leaf at declared\.go:\d+`
	declGlobal.RUnlock()
}

func declEmbedded() {
	declShards.Lock()
	defer declShards.Unlock()
	declGlobal.Lock() // want `declGlobal is locked with declShards\.Mutex held \(since declared\.go:\d+\), against the order declared at declared\.go:\d+`
	declGlobal.Unlock()
}

// A leaf that comes before another lock, and two that come before each other.
//
//lockvet:before a b // want `contradicting declarations: contra\.a before contra\.b \(declared\.go:\d+\), contra\.b before contra\.a \(declared\.go:\d+\)`
//lockvet:before b a
type contra struct {
	a, b sync.Mutex
}

// Of what contradicts itself nothing is judged.
func (c *contra) both() {
	c.a.Lock()
	c.b.Lock()
	c.b.Unlock()
	c.a.Unlock()
}
