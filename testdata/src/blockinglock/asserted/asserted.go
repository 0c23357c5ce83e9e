// Package asserted has channels that a test looks at.
package asserted

import (
	"sync"

	"github.com/stretchr/testify/require"
)

type client struct {
	mu        sync.Mutex
	reconnect chan struct{}
	up        bool
}

func newClient() *client { return &client{reconnect: make(chan struct{}, 1)} }

func (c *client) run() {
	for range c.reconnect {
		c.mu.Lock()
		c.up = true
		c.mu.Unlock()
	}
}

func (c *client) Call() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.up {
		c.reconnect <- struct{}{} // want `send to c.reconnect with c.mu held`
	}
	return c.up
}

// The assertion does nothing to the channel.
func check(t require.TestingT) {
	c := newClient()
	go c.run()
	require.Empty(t, c.reconnect)
}

type kept struct {
	mu        sync.Mutex
	reconnect chan struct{}
	up        bool
}

func newKept() *kept { return &kept{reconnect: make(chan struct{}, 1)} }

func (k *kept) run() {
	for range k.reconnect {
		k.mu.Lock()
		k.up = true
		k.mu.Unlock()
	}
}

func (k *kept) Call() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.up {
		k.reconnect <- struct{}{}
	}
	return k.up
}

// Others may receive what a channel in any other hand has.
func HandOut(give func(any)) {
	k := newKept()
	go k.run()
	give(k.reconnect)
}
