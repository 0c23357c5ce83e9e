// Command owngroup has a group of its own, which runs literals in goroutines.
package main

import "sync"

type group struct {
	wg  sync.WaitGroup
	err error
}

func newGroup() *group { return &group{} }

func (g *group) run(f func() error) {
	g.wg.Add(1)
	go func() {
		defer g.wg.Done()
		g.err = f()
	}()
}

func (g *group) wait() error {
	g.wg.Wait() // want `g.wg.Wait with s.mu held`
	return g.err
}

type store struct {
	mu    sync.Mutex
	blobs map[string]int
}

func (s *store) exists(name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs[name]++
	return nil
}

func (s *store) fetch(names []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := newGroup()
	for _, name := range names {
		g.run(func() error { return s.exists(name) })
	}
	return g.wait()
}

// Fine: the literal locks another store.
func (s *store) copyTo(other *store, names []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := newGroup()
	for _, name := range names {
		g.run(func() error { return other.exists(name) })
	}
	return g.wait()
}

// Fine: nobody waits for the group whose literals lock the store.
func (s *store) start(names []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g, later := newGroup(), newGroup()
	for _, name := range names {
		g.run(func() error { println(name); return nil })
		later.run(func() error { return s.exists(name) })
	}
	return g.wait()
}

// Fine: the group is waited for before.
func (s *store) twice(names []string) error {
	g := newGroup()
	g.run(func() error { return s.exists(names[0]) })
	if err := g.wait(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blobs = nil
	return nil
}

// local waits for goroutines of its own, to which it makes a store known that nobody else knows.
func (s *store) local(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var wg sync.WaitGroup
	for _, name := range names {
		wg.Add(1)
		go func() {
			defer wg.Done()
			s.exists(name)
		}()
	}
	wg.Wait() // want `wg.Wait with s.mu held`
}

// pointer waits for a group that has no name, and that nobody counts down.
func (s *store) pointer(names []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	wg := new(sync.WaitGroup)
	for _, name := range names {
		wg.Add(1)
		go println(name)
	}
	wg.Wait() // want `the WaitGroup.Wait with s.mu held`
}

// runners have a pointer to the job that they are part of.
type job struct {
	mu    sync.Mutex
	wg    sync.WaitGroup
	state map[string]int
}

type runner struct {
	job  *job
	name string
}

func (r *runner) run() {
	defer r.job.wg.Done()
	r.job.set(r.name)
}

func (j *job) set(name string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.state[name]++
}

func (j *job) start(names ...string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, name := range names {
		r := &runner{job: j, name: name}
		j.wg.Add(1)
		go r.run()
	}
}

func (j *job) stop() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.wg.Wait() // want `j.wg.Wait with j.mu held`
}

func main() {
	j := &job{state: map[string]int{}}
	j.start("f", "g")
	j.stop()
	new(store).local([]string{"d"})
	s, t := &store{blobs: map[string]int{}}, &store{}
	s.fetch([]string{"a", "b"})
	s.copyTo(t, []string{"c"})
	s.start(nil)
	s.twice([]string{"e"})
	s.pointer([]string{"h"})
}
