package silent

import "sync"

type deliberate struct {
	mu   sync.Mutex
	n    int
	m    map[int]int
	conn *int
}

func (d *deliberate) Inc() {
	d.mu.Lock()
	d.n++
	d.mu.Unlock()
	// Do not lock d.mu, so that the race detector sees who uses it after the end.
	d.n = 0
}

func (d *deliberate) N() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.n
}

// Another function puts a new map in the place of this one.
func (d *deliberate) Drain() (sum int) {
	d.mu.Lock()
	m := d.m
	d.resetLocked()
	d.mu.Unlock()
	for _, v := range m {
		sum += v
	}
	return sum
}

func (d *deliberate) resetLocked() { d.m = make(map[int]int) }

func (d *deliberate) Put(k int) {
	d.mu.Lock()
	d.m[k] = k
	d.mu.Unlock()
}

// Only Read sets the connection.
func (d *deliberate) Read() int {
	if d.conn == nil {
		d.setConn(new(int))
	}
	return 0
}

func (d *deliberate) setConn(c *int) {
	d.mu.Lock()
	d.conn = c
	d.mu.Unlock()
}

func (d *deliberate) Peek() *int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.conn
}
