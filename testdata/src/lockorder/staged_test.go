package lockorder

import (
	"sync"
	"testing"
)

// The test holds the good still, and nothing renames it meanwhile.
func TestCountWhileLocked(t *testing.T) {
	d := openDepot("main")
	done := make(chan bool)
	go func() { d.rename("a", "b"); close(done) }()
	<-done
	g := d.goods["b"]
	g.mu.Lock()
	defer g.mu.Unlock()
	if n := d.count(); n != 2 {
		t.Errorf("%d goods", n)
	}
}

// Locks that the test itself declares are like any others.
type fakeDepot struct {
	mu    sync.Mutex
	goods []*fakeGood
}

type fakeGood struct {
	mu    sync.Mutex
	depot *fakeDepot
}

func (d *fakeDepot) all() {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, g := range d.goods {
		g.mu.Lock() // want `\(\*fakeDepot\)\.all locks fakeDepot\.mu, then fakeGood\.mu, and TestFake in the opposite order: can deadlock`
		g.mu.Unlock()
	}
}

func (g *fakeGood) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.depot.mu.Lock()
	g.depot.goods = nil
	g.depot.mu.Unlock()
}

func TestFake(t *testing.T) {
	d := &fakeDepot{}
	d.goods = []*fakeGood{{depot: d}}
	go d.all()
	d.goods[0].leave()
}
