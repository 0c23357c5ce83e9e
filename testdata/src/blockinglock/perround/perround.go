// Package perround makes an object for each round of a loop. The result of a job is sent once, with the job's lock held; the
// loop takes the result before it locks the same job, and the lock of the round before was another job's.
package perround

import "sync"

type job struct {
	mu      sync.Mutex
	state   string
	pending map[string]bool
	result  chan string
	last    chan string
}

func (j *job) setState(s string) {
	j.mu.Lock()
	if j.state == "" || j.state == "running" {
		j.state = s
	}
	j.mu.Unlock()
}

type cluster struct {
	mu      sync.Mutex
	jobs    map[int]*job
	current *job
	actions chan []string
}

func (c *cluster) newJob(nodes []string) *job {
	c.mu.Lock()
	defer c.mu.Unlock()
	j := &job{pending: map[string]bool{}, result: make(chan string)}
	for _, n := range nodes {
		j.pending[n] = true
	}
	c.jobs[len(c.jobs)] = j
	c.current = j
	return j
}

func (c *cluster) handle(nodes []string) {
	j := c.newJob(nodes)
	r := <-j.result
	c.complete(r)
}

func (c *cluster) complete(state string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.current.setState(state)
	c.current = nil
}

func (c *cluster) listen() {
	for nodes := range c.actions {
		c.handle(nodes)
	}
}

func (c *cluster) job(id int) *job {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.jobs[id]
}

// Done is called by each node of a job once.
func (c *cluster) Done(id int, node string) {
	j := c.job(id)
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.state == "done" {
		return
	}
	delete(j.pending, node)
	if len(j.pending) == 0 {
		j.result <- "done"
	}
}

func run() {
	c := &cluster{jobs: map[int]*job{}, actions: make(chan []string)}
	go c.listen()
	c.actions <- []string{"a", "b"}
	go c.Done(0, "a")
	c.Done(0, "b")
}

// One job for all rounds: the loop may be at its lock, from the round before.
func (c *cluster) again(j *job) {
	for range c.actions {
		<-j.last
		j.setState("again")
	}
}

func (j *job) finish() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.last <- "done" // want `send to j\.last with j\.mu held .*: its receiver .* must lock j\.mu first`
}

func runAgain() {
	c := &cluster{actions: make(chan []string)}
	j := &job{last: make(chan string)}
	go c.again(j)
	j.finish()
}
