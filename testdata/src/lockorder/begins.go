package lockorder

import "sync"

type fileCache struct {
	mu sync.RWMutex
	m  map[string]int
}

// GathererA fills its caches, and starts the goroutine that watches for changes last.
type GathererA struct {
	specs, steps fileCache
	events       chan string
}

func (g *GathererA) Init() {
	g.steps.mu.Lock()
	g.fillSpecs()
	g.steps.mu.Unlock()
	go g.watch()
}

func (g *GathererA) fillSpecs() {
	g.specs.mu.Lock()
	defer g.specs.mu.Unlock()
	g.specs.m = map[string]int{"a": 1}
}

func (g *GathererA) watch() {
	done := make(chan bool)
	go func() {
		for file := range g.events {
			g.remove(file)
		}
		close(done)
	}()
	<-done
}

func (g *GathererA) remove(file string) {
	g.specs.mu.Lock()
	defer g.specs.mu.Unlock()
	g.steps.mu.Lock()
	defer g.steps.mu.Unlock()
	delete(g.specs.m, file)
	delete(g.steps.m, file)
}

// GathererB starts it first.
type GathererB struct {
	specsB, stepsB fileCache
	events         chan string
}

func (g *GathererB) Init() {
	go g.watch()
	g.stepsB.mu.Lock()
	g.fillSpecs() // want `GathererB\.Init locks .*, and GathererB\.watch in the opposite order`
	g.stepsB.mu.Unlock()
}

func (g *GathererB) fillSpecs() {
	g.specsB.mu.Lock()
	defer g.specsB.mu.Unlock()
	g.specsB.m = map[string]int{"a": 1}
}

func (g *GathererB) watch() {
	for file := range g.events {
		g.remove(file)
	}
}

func (g *GathererB) remove(file string) {
	g.specsB.mu.Lock()
	defer g.specsB.mu.Unlock()
	g.stepsB.mu.Lock()
	defer g.stepsB.mu.Unlock()
	delete(g.specsB.m, file)
	delete(g.stepsB.m, file)
}

// GathererC does again later what it does first, when the goroutine runs.
type GathererC struct {
	specsC, stepsC fileCache
	events         chan string
}

func (g *GathererC) Init() {
	g.Refresh()
	go g.watch()
}

func (g *GathererC) Refresh() {
	g.stepsC.mu.Lock()
	g.fillSpecs() // want `GathererC\.Refresh locks .*, and GathererC\.watch in the opposite order`
	g.stepsC.mu.Unlock()
}

func (g *GathererC) fillSpecs() {
	g.specsC.mu.Lock()
	defer g.specsC.mu.Unlock()
	g.specsC.m = map[string]int{"a": 1}
}

func (g *GathererC) watch() {
	for file := range g.events {
		g.remove(file)
	}
}

func (g *GathererC) remove(file string) {
	g.specsC.mu.Lock()
	defer g.specsC.mu.Unlock()
	g.stepsC.mu.Lock()
	defer g.stepsC.mu.Unlock()
	delete(g.specsC.m, file)
	delete(g.stepsC.m, file)
}

// ControllerA reads its log before it starts the goroutine that writes to it.
type ControllerA struct {
	mu  sync.Mutex
	n   int
	log *journalA
}

type journalA struct {
	mu    sync.Mutex
	lines []string
}

func (j *journalA) replay(f func(string)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range j.lines {
		f(line)
	}
}

func (j *journalA) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (c *ControllerA) Start() {
	c.recover()
	go c.loop()
}

func (c *ControllerA) recover() {
	c.log.replay(func(string) {
		c.mu.Lock()
		c.n++
		c.mu.Unlock()
	})
}

func (c *ControllerA) loop() {
	for {
		c.mu.Lock()
		c.log.add("tick")
		c.mu.Unlock()
	}
}

// ControllerB starts it first.
type ControllerB struct {
	mu  sync.Mutex
	n   int
	log *journalB
}

type journalB struct {
	mu    sync.Mutex
	lines []string
}

func (j *journalB) replay(f func(string)) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, line := range j.lines {
		f(line)
	}
}

func (j *journalB) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (c *ControllerB) Start() {
	go c.loop()
	c.recover()
}

func (c *ControllerB) recover() {
	c.log.replay(func(string) {
		c.mu.Lock()
		c.n++
		c.mu.Unlock()
	})
}

func (c *ControllerB) loop() {
	for {
		c.mu.Lock()
		c.log.add("tick") // want `locks ControllerB\.mu, then journalB\.mu, and .*Start in the opposite order`
		c.mu.Unlock()
	}
}
