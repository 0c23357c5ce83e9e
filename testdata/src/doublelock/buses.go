package doublelock

import "sync"

type topicSub struct {
	id int
	fn func(int)
}

type topicBus struct {
	mu   sync.RWMutex
	subs map[string][]topicSub
}

func newTopicBus() *topicBus { return &topicBus{subs: make(map[string][]topicSub)} }

func (b *topicBus) subscribe(topic string, fn func(int)) int {
	b.mu.Lock()
	defer b.mu.Unlock()
	id := len(b.subs[topic])
	b.subs[topic] = append(b.subs[topic], topicSub{id, fn})
	return id
}

func (b *topicBus) unsubscribe(topic string, id int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs[topic] = append(b.subs[topic][:id:id], b.subs[topic][id+1:]...)
}

// The handler that once registers takes itself off the list.
func (b *topicBus) publish(topic string, v int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, s := range b.subs[topic] {
		s.fn(v) // want `b\.mu is locked for writing at buses\.go:\d+ by \(\*topicBus\)\.unsubscribe, which deadlocks`
	}
}

func onlyOnce(b *topicBus, topic string, fn func(int)) {
	var id int
	id = b.subscribe(topic, func(v int) {
		fn(v)
		b.unsubscribe(topic, id)
	})
}

type relayBus struct {
	mu   sync.RWMutex
	subs map[string][]topicSub
}

func newRelayBus() *relayBus { return &relayBus{subs: make(map[string][]topicSub)} }

func (b *relayBus) subscribe(topic string, fn func(int)) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.subs[topic] = append(b.subs[topic], topicSub{0, fn})
}

func (b *relayBus) publish(topic string, v int) {
	b.mu.RLock()
	defer b.mu.RUnlock()
	for _, s := range b.subs[topic] {
		s.fn(v)
	}
}

// One bus tells another one.
func relay(from, to *relayBus) {
	from.subscribe("x", func(v int) { to.subscribe("y", func(int) {}) })
}

// The callbacks come in a struct that is passed by value.
type electorHooks struct {
	elected func(term int)
	deposed func(term int)
}

type elector struct {
	hooks  electorHooks
	mu     sync.Mutex
	term   int
	leader string
}

func newElector(hooks electorHooks) *elector { return &elector{hooks: hooks} }

func (e *elector) status() (int, string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.term, e.leader
}

func (e *elector) handle(term int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.stepDown(term) // want `e\.mu is locked again at buses\.go:\d+ by \(\*elector\)\.status, which deadlocks`
}

func (e *elector) stepDown(term int) {
	e.term = term
	if e.hooks.deposed != nil {
		e.hooks.deposed(term)
	}
}

type controller struct {
	el *elector
	n  int
}

func newController() *controller {
	c := &controller{}
	c.el = newElector(electorHooks{elected: c.resume, deposed: c.pause})
	return c
}

func (c *controller) resume(int) { c.n++ }

func (c *controller) pause(int) {
	_, leader := c.el.status()
	println(leader)
}

// The hooks of one are about another one.
type follower struct {
	hooks electorHooks
	mu    sync.Mutex
	term  int
}

func newFollower(hooks electorHooks) *follower { return &follower{hooks: hooks} }

func (f *follower) status() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.term
}

func (f *follower) handle(term int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hooks.elected(term)
}

func followers() {
	first := newFollower(electorHooks{elected: func(int) {}})
	second := newFollower(electorHooks{elected: func(int) { println(first.status()) }})
	second.handle(1)
}
