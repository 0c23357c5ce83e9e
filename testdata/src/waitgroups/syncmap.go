package waitgroups

import "sync"

type onceCall struct {
	wg  sync.WaitGroup
	val []byte
}

type onceGroup struct{ m sync.Map }

// What LoadOrStore did not store is known to nobody, and nobody waits for it.
func (g *onceGroup) once(key string, load func() []byte) []byte {
	if v, ok := g.m.Load(key); ok {
		c := v.(*onceCall)
		c.wg.Wait()
		return c.val
	}
	c := &onceCall{}
	c.wg.Add(1)
	actual, loaded := g.m.LoadOrStore(key, c)
	if loaded {
		o := actual.(*onceCall)
		o.wg.Wait()
		return o.val
	}
	defer func() {
		c.wg.Done()
		g.m.Delete(key)
	}()
	c.val = load()
	return c.val
}

type lossyCall struct {
	wg  sync.WaitGroup
	val []byte
}

type lossyGroup struct{ m sync.Map }

func (g *lossyGroup) once(key string, load func() []byte) []byte {
	if v, ok := g.m.Load(key); ok {
		c := v.(*lossyCall)
		c.wg.Wait()
		return c.val
	}
	c := &lossyCall{}
	c.wg.Add(1)
	actual, loaded := g.m.LoadOrStore(key, c)
	if !loaded {
		if load == nil {
			return nil // want `no Done on this path, as on others, for c\.wg\.Add\(1\)`
		}
		c.val = load()
		c.wg.Done()
		return c.val
	}
	o := actual.(*lossyCall)
	o.wg.Wait()
	return o.val
}
