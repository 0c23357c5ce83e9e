package unlockunheld

import "sync"

// A page that is returned read-locked, or nil and an error of which nobody knows that it is never nil. Whoever unlocks a
// page has one: nil has no lock.
type page struct {
	lock sync.RWMutex
	data []byte
}

type pageCache struct {
	lock    sync.RWMutex
	pages   map[uint32]*page
	missing func(id uint32) error
}

func (c *pageCache) getRLocked(id uint32) (*page, error) {
	c.lock.RLock()
	defer c.lock.RUnlock()
	p, ok := c.pages[id]
	if !ok {
		return nil, c.missing(id)
	}
	p.lock.RLock()
	return p, nil
}

func (c *pageCache) read(id uint32, off int) (byte, error) {
	p, err := c.getRLocked(id)
	if err != nil {
		return 0, err
	}
	defer p.lock.RUnlock()
	return p.data[off], nil
}

func (c *pageCache) First(id uint32) (byte, error) { return c.read(id, 0) }

// Last unlocks what nothing has locked.
func (c *pageCache) Last(id uint32) byte {
	p := &page{data: make([]byte, id)}
	defer p.lock.RUnlock() // want `p\.lock is unlocked by this deferred call, but nothing has locked it since it was made`
	return p.data[id-1]
}
