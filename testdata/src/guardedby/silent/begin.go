package silent

import "sync"

type node struct {
	mu   sync.Mutex
	conn map[int]int
	prev map[int]int
}

// Nobody else is there when it starts.
func (n *node) Start() {
	n.conn = make(map[int]int)
	go n.serve()
	n.mu.Lock()
	n.conn[1] = 1
	n.mu.Unlock()
}

func (n *node) serve() {
	n.mu.Lock()
	n.conn[2] = 2
	n.mu.Unlock()
}

func (n *node) InitWith(k int) {
	n.mu.Lock()
	n.prev = make(map[int]int)
	n.mu.Unlock()
	n.conn[k] = 1
}

// find writes only for those who have the lock for writing.
type db struct {
	mu   sync.RWMutex
	prev []int
	n    int
}

func (d *db) find(k int, note bool) int {
	if note {
		d.prev[k] = d.n
	}
	return d.n
}

func (d *db) Put(k int) {
	d.mu.Lock()
	d.n = d.find(k, true)
	d.prev[0] = 1
	d.mu.Unlock()
}

func (d *db) Del(k int) {
	d.mu.Lock()
	d.n = d.find(k, true)
	d.prev[0] = 0
	d.mu.Unlock()
}

func (d *db) Get(k int) int {
	d.mu.RLock()
	defer d.mu.RUnlock()
	return d.find(k, false) + d.prev[0]
}
