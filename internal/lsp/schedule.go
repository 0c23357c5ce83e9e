package lsp

import (
	"context"
	"sync"
	"time"
)

// A schedule says when directories are checked: a while after the last time
// somebody asked for it, one check at a time for each, a few in all. Who asks
// again while a check is under way makes it stop, for it is about to be stale.
type schedule struct {
	delay time.Duration
	check func(ctx context.Context, dir string)

	slots chan struct{} // taken by every check
	spare chan struct{} // taken as well by checks that can wait, so that others need not

	mu     sync.Mutex
	jobs   map[string]*job
	closed bool
	wg     sync.WaitGroup // the checks under way
}

// A job is about one directory.
type job struct {
	timer  *time.Timer
	urgent bool               // somebody waits for the next check
	stop   context.CancelFunc // of the check under way; nil if there is none
	again  bool               // start another when that is over
}

func newSchedule(delay time.Duration, check func(ctx context.Context, dir string)) *schedule {
	return &schedule{
		delay: delay,
		check: check,
		slots: make(chan struct{}, 2),
		spare: make(chan struct{}, 1),
		jobs:  make(map[string]*job),
	}
}

// ask has a directory checked soon. Urgent checks go first.
func (s *schedule) ask(dir string, urgent bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	j := s.jobs[dir]
	if j == nil {
		j = new(job)
		s.jobs[dir] = j
	}
	j.urgent = j.urgent || urgent
	if j.stop != nil {
		j.stop()
	}
	if j.timer == nil {
		j.timer = time.AfterFunc(s.delay, func() { s.start(dir, j) })
	} else {
		j.timer.Reset(s.delay)
	}
}

// start checks a directory, unless that is being done: then again after it.
func (s *schedule) start(dir string, j *job) {
	for {
		s.mu.Lock()
		if s.closed || j.stop != nil {
			j.again = true
			s.mu.Unlock()
			return
		}
		ctx, cancel := context.WithCancel(context.Background())
		j.stop, j.again = cancel, false
		urgent := j.urgent
		j.urgent = false
		s.wg.Add(1)
		s.mu.Unlock()

		s.run(ctx, dir, urgent)

		s.mu.Lock()
		cancel()
		j.stop = nil
		again := j.again
		s.wg.Done()
		s.mu.Unlock()
		if !again {
			return
		}
	}
}

// run does a check once there is room for it.
func (s *schedule) run(ctx context.Context, dir string, urgent bool) {
	room := []chan struct{}{s.slots}
	if !urgent {
		room = []chan struct{}{s.spare, s.slots}
	}
	for _, slots := range room {
		select {
		case slots <- struct{}{}:
			defer func() { <-slots }()
		case <-ctx.Done():
			return
		}
	}
	if ctx.Err() == nil {
		s.check(ctx, dir)
	}
}

// close stops all checks and returns when they have ended.
func (s *schedule) close() {
	s.mu.Lock()
	s.closed = true
	for _, j := range s.jobs {
		j.timer.Stop()
		if j.stop != nil {
			j.stop()
		}
	}
	s.mu.Unlock()
	s.wg.Wait()
}
