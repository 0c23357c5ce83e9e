package frontend

import (
	"fmt"
	"io"
	"sync"
	"time"
)

// A progress says on a terminal, in one line that it keeps rewriting, how long
// the work has taken and for how many packages it is done. How many there are
// in all only go list knows, and asking it would cost more than it helps.
type progress struct {
	mu   sync.Mutex
	done int
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
		done := p.done
		p.mu.Unlock()
		fmt.Fprintf(w, "%s%c analysing: %.0fs, %s done", eraseLine, `|/-\`[i%4], time.Since(start).Seconds(), count(done, "package"))
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
