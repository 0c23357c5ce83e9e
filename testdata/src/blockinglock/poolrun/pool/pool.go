// Package pool runs what it is given in goroutines of its own.
package pool

import "sync"

type Pool struct {
	jobs chan func()
	quit chan struct{}
	wg   sync.WaitGroup
}

func New(n int) *Pool {
	p := &Pool{jobs: make(chan func(), 64), quit: make(chan struct{})}
	for range n {
		p.wg.Add(1)
		go p.work()
	}
	return p
}

func (p *Pool) work() {
	defer p.wg.Done()
	for {
		select {
		case <-p.quit:
			return
		case job := <-p.jobs:
			job()
		}
	}
}

// Do reports whether there was room for the job.
func (p *Pool) Do(job func()) bool {
	select {
	case p.jobs <- job:
		return true
	default:
		return false
	}
}

// Close waits for the jobs that are run.
func (p *Pool) Close() {
	close(p.quit)
	p.wg.Wait()
}
