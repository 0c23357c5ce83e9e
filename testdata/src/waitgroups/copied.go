package waitgroups

import (
	"errors"
	"sync"
)

type region struct {
	name    string
	enabled bool
}

type syncer struct {
	regions []region
}

// What is not known of a struct is not known of its copy either.
func (s *syncer) copyRegion(r region, wg *sync.WaitGroup) {
	if !r.enabled {
		return // want `no Done on this path, as on others, for wg\.Add\(1\)`
	}
	defer wg.Done()
	println(r.name)
}

func (s *syncer) runAll() {
	var wg sync.WaitGroup
	for _, r := range s.regions {
		wg.Add(1)
		go s.copyRegion(r, &wg)
	}
	wg.Wait()
}

// The one that is skipped has been added.
func (s *syncer) runOthers() {
	var wg sync.WaitGroup
	wg.Add(len(s.regions))
	for _, r := range s.regions {
		if r.name == "" {
			continue
		}
		go func() {
			defer wg.Done()
			println(r.name)
		}()
	}
	wg.Wait() // want `wg\.Wait never returns on a path: wg\.Add\(len\(s\.regions\)\)`
}

func (s *syncer) runOthersRight() {
	var wg sync.WaitGroup
	wg.Add(len(s.regions))
	for _, r := range s.regions {
		if r.name == "" {
			wg.Done()
			continue
		}
		go func() {
			defer wg.Done()
			println(r.name)
		}()
	}
	wg.Wait()
}

// Fields that are known are known of the copy.
func known() {
	var wg sync.WaitGroup
	r := region{enabled: true}
	wg.Add(1)
	go func(r region) {
		if r.enabled {
			wg.Done()
		}
	}(r)
	wg.Wait()
}

// Others have got the object, and wait for it.
type flight struct {
	wg  sync.WaitGroup
	val int
	err error
}

type flights struct {
	mu  sync.Mutex
	all map[string]*flight
}

func (f *flights) forget(key string) {
	f.mu.Lock()
	delete(f.all, key)
	f.mu.Unlock()
}

func (f *flights) do(key string, fn func() (int, error)) (int, error) {
	f.mu.Lock()
	if c, ok := f.all[key]; ok {
		f.mu.Unlock()
		c.wg.Wait()
		return c.val, c.err
	}
	c := new(flight)
	c.wg.Add(1)
	f.all[key] = c
	f.mu.Unlock()
	c.val, c.err = fn()
	if c.err != nil {
		f.forget(key)
		return 0, c.err // want `no Done on this path, as on others, for c\.wg\.Add\(1\)`
	}
	c.wg.Done()
	f.forget(key)
	return c.val, nil
}

type flightRight struct {
	wg  sync.WaitGroup
	val int
	err error
}

type flightsRight struct {
	mu  sync.Mutex
	all map[string]*flightRight
}

func (f *flightsRight) do(key string, fn func() (int, error)) (int, error) {
	f.mu.Lock()
	if c, ok := f.all[key]; ok {
		f.mu.Unlock()
		c.wg.Wait()
		return c.val, c.err
	}
	c := new(flightRight)
	c.wg.Add(1)
	f.all[key] = c
	f.mu.Unlock()
	c.val, c.err = fn()
	if c.err != nil {
		c.val = 0
	}
	c.wg.Done()
	return c.val, c.err
}

// The goroutines count themselves, and nobody else does.
type crawler struct {
	wg   sync.WaitGroup
	mu   sync.Mutex
	seen map[string]bool
}

func (c *crawler) crawl(page string, depth int) {
	c.wg.Add(1) // want `the goroutine counts itself: c\.wg\.Wait .* may come before this Add`
	defer c.wg.Done()
	c.mu.Lock()
	seen := c.seen[page]
	c.seen[page] = true
	c.mu.Unlock()
	if seen || depth == 0 {
		return
	}
	go c.crawl(page+"/", depth-1)
}

func (c *crawler) run(pages []string) {
	for _, p := range pages {
		go c.crawl(p, 3)
	}
	c.wg.Wait()
}

// A goroutine that the starter counts, too, may count others.
type countedCrawler struct {
	wg sync.WaitGroup
}

func (c *countedCrawler) crawl(depth int) {
	c.wg.Add(1)
	defer c.wg.Done()
	if depth > 0 {
		go c.crawl(depth - 1)
	}
}

func (c *countedCrawler) run() {
	c.wg.Add(1)
	go c.crawl(3)
	c.wg.Done()
	c.wg.Wait()
}

// A path of the goroutine calls what it has deferred.
func shards(all []func() error) error {
	var wg sync.WaitGroup
	var mu sync.Mutex
	var errs []error
	for _, s := range all {
		wg.Add(1)
		go func() {
			defer wg.Done()
			if err := s(); err != nil {
				mu.Lock()
				errs = append(errs, err)
				mu.Unlock()
				wg.Done() // want `wg\.Done is called here and by the defer`
				return
			}
		}()
	}
	wg.Wait()
	return errors.Join(errs...)
}
