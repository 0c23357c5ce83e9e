package waitgroups

import (
	"strconv"
	"sync"
)

// A goroutine that starts others like itself, each with an Add of its own: all of its paths must count down.
type tree struct {
	wg   sync.WaitGroup
	mu   sync.Mutex
	seen map[int]bool
}

func (t *tree) first(n int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen[n] {
		return false
	}
	t.seen[n] = true
	return true
}

func (t *tree) visit(name string) {
	n, err := strconv.Atoi(name)
	if err != nil {
		return // want `no Done on this path, as on others, for t\.wg\.Add\(1\) \(again\.go:\d+\): t\.wg\.Wait \(again\.go:\d+\) never returns then`
	}
	for i := range n {
		if t.first(i) {
			t.wg.Add(1)
			go t.visit(strconv.Itoa(i))
		}
	}
	t.wg.Done()
}

func walkTree(root string) int {
	t := &tree{seen: make(map[int]bool)}
	t.wg.Add(1)
	go t.visit(root)
	t.wg.Wait()
	return len(t.seen)
}

// Silent: all paths of this one count down.
func (t *tree) calm(name string) {
	defer t.wg.Done()
	n, err := strconv.Atoi(name)
	if err != nil {
		return
	}
	for i := range n {
		if t.first(i) {
			t.wg.Add(1)
			go t.calm(strconv.Itoa(i))
		}
	}
}

func walkCalmly(root string) int {
	t := &tree{seen: make(map[int]bool)}
	t.wg.Add(1)
	go t.calm(root)
	t.wg.Wait()
	return len(t.seen)
}

// Silent: what has failed is passed on with its count, to a goroutine that counts down.
func (t *tree) handing(name string) {
	n, err := strconv.Atoi(name)
	if err != nil {
		go t.fail(name)
		return
	}
	for i := range n {
		t.wg.Add(1)
		go t.handing(strconv.Itoa(i))
	}
	t.wg.Done()
}

func (t *tree) fail(string) { t.wg.Done() }

func walkHanding(root string) {
	t := &tree{}
	t.wg.Add(1)
	go t.handing(root)
	t.wg.Wait()
}
