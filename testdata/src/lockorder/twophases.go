package lockorder

import "sync"

// The goroutines of the first phase have ended when those of the second one are started.

type half struct {
	mu   sync.Mutex
	rows map[int]string
}

type merger struct {
	left, right *half
	out         []string
}

func (m *merger) build(k int, l, r string) {
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.left.rows[k] = l
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	m.right.rows[k] = r
}

func (m *merger) probe(k int) {
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	r := m.right.rows[k]
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.out = append(m.out, m.left.rows[k]+r)
}

func (m *merger) Run(n int) []string {
	var builders, probers sync.WaitGroup
	for i := range n {
		builders.Add(1)
		go func() {
			defer builders.Done()
			m.build(i, "l", "r")
		}()
	}
	builders.Wait()
	for i := range n {
		probers.Add(1)
		go func() {
			defer probers.Done()
			m.probe(i)
		}()
	}
	probers.Wait()
	return m.out
}

// Here both run at once.
type mixer struct {
	left, right *side2
	out         []string
}

type side2 struct {
	mu   sync.Mutex
	rows map[int]string
}

func (m *mixer) build(k int, l, r string) {
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.left.rows[k] = l
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	m.right.rows[k] = r
}

func (m *mixer) probe(k int) {
	m.right.mu.Lock()
	defer m.right.mu.Unlock()
	r := m.right.rows[k]
	m.left.mu.Lock()
	defer m.left.mu.Unlock()
	m.out = append(m.out, m.left.rows[k]+r)
}

func (m *mixer) Run(n int) []string {
	var builders, probers sync.WaitGroup
	for i := range n {
		builders.Add(1)
		go func() {
			defer builders.Done()
			m.build(i, "l", "r") // want `opposite order`
		}()
	}
	for i := range n {
		probers.Add(1)
		go func() {
			defer probers.Done()
			m.probe(i)
		}()
	}
	builders.Wait()
	probers.Wait()
	return m.out
}

// The goroutines are counted by what they send at their end.
type tally struct {
	rows, sums half
}

func (t *tally) add(k int) {
	t.rows.mu.Lock()
	defer t.rows.mu.Unlock()
	t.rows.rows[k] = "row"
	t.sums.mu.Lock()
	defer t.sums.mu.Unlock()
	t.sums.rows[k] = "sum"
}

func (t *tally) clear() {
	t.sums.mu.Lock()
	defer t.sums.mu.Unlock()
	t.rows.mu.Lock()
	defer t.rows.mu.Unlock()
	clear(t.rows.rows)
}

func (t *tally) Run(n int) {
	done, cleared := make(chan int), make(chan bool)
	for i := range n {
		go func() {
			t.add(i)
			done <- i
		}()
	}
	for range n {
		<-done
	}
	go func() {
		t.clear()
		close(cleared)
	}()
	<-cleared
}

// One of them is not waited for.
type hasty struct {
	rows, sums side2
}

func (h *hasty) add(k int) {
	h.rows.mu.Lock()
	defer h.rows.mu.Unlock()
	h.rows.rows[k] = "row"
	h.sums.mu.Lock()
	defer h.sums.mu.Unlock()
	h.sums.rows[k] = "sum"
}

func (h *hasty) clear() {
	h.sums.mu.Lock()
	defer h.sums.mu.Unlock()
	h.rows.mu.Lock()
	defer h.rows.mu.Unlock()
	clear(h.rows.rows)
}

func (h *hasty) Run(n int) {
	done, cleared := make(chan int), make(chan bool)
	for i := range n {
		go func() {
			h.add(i) // want `opposite order`
			done <- i
		}()
	}
	for range n - 1 {
		<-done
	}
	go func() {
		h.clear()
		close(cleared)
	}()
	<-cleared
	<-done
}

// Who hangs already does not come to the second lock.
type dialer struct {
	errs, queue sync.Mutex
	m, q        map[string]int
}

func (d *dialer) fail(id string) {
	d.errs.Lock()
	defer d.errs.Unlock()
	d.m[id]++
	d.drop(id)
}

func (d *dialer) drop(id string) {
	d.clear(id)
	d.requeue(id)
}

func (d *dialer) clear(id string) {
	d.errs.Lock()
	defer d.errs.Unlock()
	delete(d.m, id)
}

func (d *dialer) requeue(id string) {
	d.queue.Lock()
	defer d.queue.Unlock()
	d.q[id]++
}

func (d *dialer) DialAll() {
	d.queue.Lock()
	defer d.queue.Unlock()
	for id := range d.q {
		d.clear(id)
	}
}

func (d *dialer) Fail(id string) { d.fail(id) }
