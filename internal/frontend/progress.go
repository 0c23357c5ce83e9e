package frontend

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// A progress says on a terminal, in one line that it keeps rewriting, how long
// the work has taken, and for how many packages of how many it is done.
type progress struct {
	mu   sync.Mutex
	done int
	all  int           // 0 until it is known
	quit chan struct{} // nil if there is no terminal, or no more
	gone chan struct{} // closed when the line is erased
}

const (
	progressDelay    = 700 * time.Millisecond // a warm run is done before
	progressInterval = 100 * time.Millisecond
	eraseLine        = "\r\x1b[K"
)

// newProgress starts to show progress on w, if show.
func newProgress(w io.Writer, show bool) *progress {
	p := new(progress)
	if show {
		p.quit, p.gone = make(chan struct{}), make(chan struct{})
		go p.run(w, p.quit)
	}
	return p
}

func (p *progress) run(w io.Writer, quit chan struct{}) {
	defer close(p.gone)
	start := time.Now()
	select {
	case <-quit:
		return
	case <-time.After(progressDelay):
	}
	tick := time.NewTicker(progressInterval)
	defer tick.Stop()
	for i := 0; ; i++ {
		p.mu.Lock()
		done := count(p.done, "package")
		if p.all > 0 {
			done = fmt.Sprintf("%d of %s", min(p.done, p.all), count(p.all, "package"))
		}
		p.mu.Unlock()
		fmt.Fprintf(w, "%s%c compiling and analysing: %.0fs, %s done", eraseLine, `|/-\`[i%4], time.Since(start).Seconds(), done)
		select {
		case <-quit:
			fmt.Fprint(w, eraseLine)
			return
		case <-tick.C:
		}
	}
}

// add counts packages as done.
func (p *progress) add(packages int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += packages
}

// expect says how many packages there are in all.
func (p *progress) expect(packages int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = packages
}

// shown reports whether anybody sees the progress.
func (p *progress) shown() bool { return p.quit != nil }

// stop erases the line for good. It may be called more than once, by the
// goroutine that started the progress.
func (p *progress) stop() {
	if p.quit != nil {
		close(p.quit)
		<-p.gone
		p.quit = nil
	}
}

// count writes a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
