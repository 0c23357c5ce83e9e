package lockorder

import (
	"os"
	"sync"
)

// Fine: who calls Write holds outer, which SetHead wants once more: it hangs by itself.
type behindChain struct {
	outer sync.Mutex
	inner sync.Mutex
	n     int
}

func (c *behindChain) Insert() {
	c.outer.Lock()
	defer c.outer.Unlock()
	c.tip()
	c.Write()
}

func (c *behindChain) tip() {
	c.inner.Lock()
	defer c.inner.Unlock()
	c.n++
}

func (c *behindChain) Write() {
	c.inner.Lock()
	defer c.inner.Unlock()
	c.n++
	if _, err := os.Stat("head"); err != nil {
		c.SetHead()
	}
}

func (c *behindChain) SetHead() {
	c.outer.Lock()
	defer c.outer.Unlock()
	c.n = 0
}

// Nobody in sight calls this Write.
type openChain struct {
	outer sync.Mutex
	inner sync.Mutex
	n     int
}

func (c *openChain) Insert() {
	c.outer.Lock()
	defer c.outer.Unlock()
	c.tip() // want `openChain\.Insert locks openChain\.outer, then openChain\.inner, and openChain\.Write in the opposite order`
}

func (c *openChain) tip() {
	c.inner.Lock()
	defer c.inner.Unlock()
	c.n++
}

func (c *openChain) Write() {
	c.inner.Lock()
	defer c.inner.Unlock()
	c.n++
	if _, err := os.Stat("head"); err != nil {
		c.SetHead()
	}
}

func (c *openChain) SetHead() {
	c.outer.Lock()
	defer c.outer.Unlock()
	c.n = 0
}
