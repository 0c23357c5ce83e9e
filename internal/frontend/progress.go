package frontend

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/rivo/uniseg"
)

// A progress says on a terminal, in one line that it keeps rewriting, how long
// the work has taken, for how many packages of how many it is done, and which one was
// begun last.
type progress struct {
	width int // of the terminal, in cells; 0 if nobody knows
	mu    sync.Mutex
	done  int
	all   int           // 0 until it is known
	ran   string        // the file of ranVariable; "" until it is known
	quit  chan struct{} // nil if there is no terminal, or no more
	gone  chan struct{} // closed when the line is erased
}

const (
	progressDelay    = 700 * time.Millisecond // a warm run is done before
	progressInterval = 100 * time.Millisecond
	eraseLine        = "\r\x1b[K"
)

// newProgress starts to show progress on w, if show.
func newProgress(w io.Writer, width int, show bool) *progress {
	p := &progress{width: width}
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
		fmt.Fprintf(w, "%s%c %s", eraseLine, `|/-\`[i%4], p.line(time.Since(start)))
		select {
		case <-quit:
			fmt.Fprint(w, eraseLine)
			return
		case <-tick.C:
		}
	}
}

// line says what is being done after some time. A line that did not fit could not be erased.
func (p *progress) line(after time.Duration) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	done := count(p.done, "package")
	if p.all > 0 {
		done = fmt.Sprintf("%d of %s", min(p.done, p.all), count(p.all, "package"))
	}
	now := "compiling" // before the first package that is analysed; later both go on side by side
	if ran := whatRan(p.ran); len(ran) > 0 {
		now = "analysing " + escape(ran[len(ran)-1])
	}
	line := func(now string) string { return fmt.Sprintf("%s: %.0fs, %s done", now, after.Seconds(), done) }
	if s := line(now); p.width == 0 || uniseg.StringWidth(s)+2 < p.width {
		return s
	}
	return line("analysing")
}

// add counts packages as done.
func (p *progress) add(packages int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.done += packages
}

// follow names the file in which vet tools write down what they analyse.
func (p *progress) follow(ran string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ran = ran
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
