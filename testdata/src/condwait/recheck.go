package condwait

import (
	"context"
	"sync"
	"sync/atomic"
)

type inbox struct {
	mu     sync.Mutex
	ready  *sync.Cond
	mail   []string
	closed bool
}

func newInbox() *inbox {
	in := &inbox{}
	in.ready = sync.NewCond(&in.mu)
	return in
}

func (in *inbox) put(m string) {
	in.mu.Lock()
	in.mail = append(in.mail, m)
	in.mu.Unlock()
	in.ready.Broadcast()
}

// Another goroutine may have taken the mail.
func (in *inbox) take() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.mail) == 0 {
		in.ready.Wait() // want `the condition is not tested again after Wait, which any signal of in\.ready ends: use a for loop`
	}
	m := in.mail[0]
	in.mail = in.mail[1:]
	return m
}

func (in *inbox) await() {
	in.mu.Lock()
	if len(in.mail) == 0 && !in.closed {
		in.ready.Wait() // want `not tested again`
	}
	in.mu.Unlock()
}

// In a loop, but one that goes on to the next message.
func (in *inbox) serve(handle func(string)) {
	for {
		in.mu.Lock()
		if len(in.mail) == 0 {
			in.ready.Wait() // want `not tested again`
		}
		m := in.mail[0]
		in.mail = in.mail[1:]
		in.mu.Unlock()
		handle(m)
	}
}

// Fine: a pause, after which there is work to do in any case.
func (in *inbox) flush(write func([]string) bool) {
	wait := true
	for {
		in.mu.Lock()
		if wait && !in.closed {
			in.ready.Wait()
		}
		wait = write(in.mail)
		in.mu.Unlock()
	}
}

// Fine: it takes what there is, if anything.
func (in *inbox) collect(handle func(string)) {
	for !in.closed {
		if len(in.mail) == 0 {
			in.ready.Wait()
		}
		var mail []string
		mail, in.mail = in.mail, nil
		for _, m := range mail {
			handle(m)
		}
	}
}

// Fine: all kinds of loops.
func (in *inbox) loops(ctx context.Context, ok func() bool) {
	defer context.AfterFunc(ctx, func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		in.ready.Broadcast()
	})()
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.mail) == 0 {
		in.ready.Wait()
	}
	for len(in.mail) == 0 && !in.closed {
		in.ready.Wait()
	}
	for len(in.mail) == 0 || !in.closed {
		in.ready.Wait()
	}
	for {
		in.ready.Wait()
		if len(in.mail) > 0 {
			break
		}
	}
	for {
		if len(in.mail) > 0 {
			break
		}
		in.ready.Wait()
		if ctx.Err() != nil {
			break
		}
	}
	for {
		if len(in.mail) == 0 {
			in.ready.Wait()
			continue
		}
		in.mail = nil
		break
	}
	for !ok() {
		in.ready.Wait()
	}
	for {
		blocked := false
		for _, m := range in.mail {
			if m == "" {
				blocked = true
				break
			}
		}
		if !blocked {
			break
		}
		in.ready.Wait()
	}
	for i := 0; i < 10; i++ {
		for len(in.mail) <= i {
			in.ready.Wait()
		}
		in.mail[i] = ""
	}
loop:
	if len(in.mail) == 0 {
		in.ready.Wait()
		goto loop
	}
	for len(in.mail) == 0 {
		select {
		case <-ctx.Done():
			return
		default:
			in.ready.Wait()
		}
	}
}

// Fine: the lock is released, and the condition tested under it again.
func (in *inbox) relock() string {
	for {
		in.mu.Lock()
		if len(in.mail) > 0 {
			m := in.mail[0]
			in.mu.Unlock()
			return m
		}
		in.ready.Wait()
		in.mu.Unlock()
	}
}

// Fine: what was waited for is looked at again.
func (in *inbox) once() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.mail) == 0 {
		in.ready.Wait()
	}
	if len(in.mail) > 0 {
		return in.mail[0]
	}
	return ""
}

// Fine: the caller is told how things are.
func (in *inbox) wake() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.mail) == 0 {
		in.ready.Wait()
	}
	return len(in.mail) > 0
}

// A helper that waits is judged where it is called.
func (in *inbox) sleep() {
	in.ready.Wait()
}

func (in *inbox) helped() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.mail) == 0 {
		in.sleep()
	}
	return in.mail[0]
}

func (in *inbox) illHelped() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	if len(in.mail) == 0 {
		in.sleep() // want `the condition is not tested again after \(\*inbox\)\.sleep \(it calls Wait at recheck\.go:\d+\), which any signal of in\.ready ends: use a for loop`
	}
	return in.mail[0]
}

// Fine: its callers test again.
func (in *inbox) sleepIfEmpty() {
	if len(in.mail) == 0 {
		in.ready.Wait()
	}
}

func (in *inbox) wellHelped() string {
	in.mu.Lock()
	defer in.mu.Unlock()
	for len(in.mail) == 0 {
		in.sleepIfEmpty()
	}
	return in.mail[0]
}

// Fine: whether to wait at all is up to the caller.
func (in *inbox) maybe(wait bool) int {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = true
	if wait {
		in.ready.Wait()
	}
	return len(in.mail)
}

// Goroutines and literals.
func (in *inbox) background(handle func(string), run func(func())) {
	go func() {
		in.mu.Lock()
		defer in.mu.Unlock()
		if len(in.mail) == 0 {
			in.ready.Wait() // want `not tested again`
		}
		handle(in.mail[0])
	}()
	run(func() { // may be called again and again
		if len(in.mail) == 0 {
			in.ready.Wait()
		}
	})
}

// Fine: the turns of a range-over-func loop.
func (in *inbox) each(turns func(func(int) bool)) {
	in.mu.Lock()
	defer in.mu.Unlock()
	for range turns {
		for len(in.mail) == 0 {
			in.ready.Wait()
		}
	}
}

// A callee asks for an update, and waits for it, whatever its callers have tested.
type view struct {
	mu      sync.Mutex
	updated *sync.Cond
	parts   map[int]string
	strict  bool
	asked   chan struct{}
}

func newView(strict bool) *view {
	v := &view{strict: strict, asked: make(chan struct{}, 1)}
	v.updated = sync.NewCond(&v.mu)
	return v
}

func (v *view) update() {
	v.mu.Lock()
	v.parts = make(map[int]string)
	v.mu.Unlock()
	v.updated.Broadcast()
}

func (v *view) await() {
	v.mu.Lock()
	select {
	case v.asked <- struct{}{}:
	default:
	}
	v.updated.Wait()
	v.mu.Unlock()
}

func (v *view) look(i int) string {
	if v.strict {
		v.await()
	}
	return v.parts[i]
}

// A caller that asks for the next job in a loop comes too late: the job has been taken out of the empty queue by then.
type jobs struct {
	mu     sync.Mutex
	ready  *sync.Cond
	queue  []int
	closed bool
}

func newJobs() *jobs {
	j := &jobs{}
	j.ready = sync.NewCond(&j.mu)
	return j
}

func (j *jobs) push(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.queue = append(j.queue, n)
	j.ready.Signal()
}

func (j *jobs) close() {
	j.mu.Lock()
	j.closed = true
	j.ready.Broadcast()
	j.mu.Unlock()
}

func (j *jobs) pop() (int, bool) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.queue) == 0 && !j.closed {
		j.ready.Wait() // want `the condition is not tested again after Wait, which any signal of j.ready ends: use a for loop`
	}
	if j.closed && len(j.queue) == 0 {
		return 0, false
	}
	n := j.queue[0]
	j.queue = j.queue[1:]
	return n, true
}

func (j *jobs) work(do func(int)) {
	for {
		n, ok := j.pop()
		if !ok {
			return
		}
		do(n)
	}
}

// peek leaves it to its caller to test whether something has come: silent.
func (j *jobs) peek() {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.queue) == 0 {
		j.ready.Wait()
	}
}

func (j *jobs) some() int {
	for j.empty() {
		j.peek()
	}
	return len(j.queue)
}

func (j *jobs) empty() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return len(j.queue) == 0 && !j.closed
}

// Fine: the Cond is made where it is known that there is something to wait for, and signalled once.
func startServer(file string, err error, serve func(started func())) {
	if err == nil {
		cond := sync.NewCond(&sync.Mutex{})
		cond.L.Lock()
		defer cond.L.Unlock()
		go serve(func() {
			cond.L.Lock()
			cond.Signal()
			cond.L.Unlock()
		})
		cond.Wait()
	}
}

// What is set once, before anybody is woken, is still so after the Wait.
type starting struct {
	mu      sync.Mutex
	changed *sync.Cond
	ready   atomic.Int64
	up      bool
}

func newStarting() *starting {
	s := &starting{}
	s.changed = sync.NewCond(&s.mu)
	return s
}

func (s *starting) start() {
	s.mu.Lock()
	s.up = true
	s.ready.Add(1)
	s.mu.Unlock()
	s.changed.Broadcast()
}

func (s *starting) await() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ready.Load() == 0 {
		s.changed.Wait()
	}
	println("ready")
}

func (s *starting) awaitUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.up {
		s.changed.Wait()
	}
	println("up")
}

// This one is taken back.
type pausing struct {
	mu      sync.Mutex
	changed *sync.Cond
	up      bool
}

func newPausing() *pausing {
	p := &pausing{}
	p.changed = sync.NewCond(&p.mu)
	return p
}

func (p *pausing) set(up bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if up {
		p.up = true
		p.changed.Broadcast()
	} else {
		p.up = false
	}
}

func (p *pausing) await() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.up {
		p.changed.Wait() // want `not tested again`
	}
	println("up")
}
