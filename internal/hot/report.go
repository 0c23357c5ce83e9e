package hot

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/lockvet/lockvet/internal/section"
)

// A Report says which locks and queues are waited for.
type Report struct {
	Version int           `json:"version"`
	Total   time.Duration `json:"total_ns"`  // waiting for locks, wherever
	Joined  time.Duration `json:"joined_ns"` // of it, at locks with a name
	Locks   []*Lock       `json:"locks"`
	Queues  []*Queue      `json:"queues"`
	Waits   []*Where      `json:"waits"` // WaitGroups, Conds and selects
	// Unjoined are places that are none of the source's operations; Runtime is the
	// waiting for locks of the runtime itself.
	Unjoined []*Where      `json:"unjoined"`
	Runtime  time.Duration `json:"runtime_ns"`
	// Stale is the part of the waiting in analysed files at lines without an operation.
	Stale  time.Duration `json:"stale_ns"`
	Depths []Depth       `json:"depths,omitempty"`
	Traced time.Duration `json:"traced_ns,omitempty"` // the time of the trace, from whose beginning depths are
}

// A Lock is a lock class that was waited for.
type Lock struct {
	Class    string        `json:"class"`
	Waited   time.Duration `json:"waited_ns"`
	Waits    int64         `json:"waits"`
	Share    float64       `json:"share"` // of all waiting for locks
	P95      time.Duration `json:"p95_ns,omitempty"`
	Max      time.Duration `json:"max_ns,omitempty"`
	Peak     int           `json:"peak,omitempty"` // waiting at one time
	Waiters  []*Where      `json:"waiters"`        // where they wait
	Causes   []*Where      `json:"causes"`         // who made them wait
	Caused   time.Duration `json:"caused_ns"`      // in Causes
	Advice   []Advice      `json:"advice"`
	Series   []float64     `json:"waiting,omitempty"` // how many goroutines wait, in equal parts of the time of the trace
	sections []*section.Section
}

// A Queue is a channel that was waited at.
type Queue struct {
	Class     string        `json:"class"`
	Cap       int           `json:"cap"` // -1 if not known
	Send      time.Duration `json:"send_ns"`
	Sends     int64         `json:"sends"`
	Receive   time.Duration `json:"receive_ns"`
	Receives  int64         `json:"receives"`
	Senders   []*Where      `json:"senders"`
	Receivers []*Where      `json:"receivers"`
	Verdict   string        `json:"verdict"`
	Advice    []Advice      `json:"advice"`
	Sending   []float64     `json:"sending,omitempty"` // how many goroutines wait to send, in equal parts of the time of the trace
}

type lockTally struct {
	waiters, causes tally
	pain, guilt     time.Duration
	waits, blamed   int64
	traced          []*Sample
}

// painIn is how long the lock was waited for at the beginning of sections around a place.
func (t *lockTally) painIn(at Frame) (sum time.Duration) {
	for _, w := range t.waiters {
		if s := w.Of; s != nil && s.File == at.File && s.From <= at.Line && at.Line <= s.To {
			sum += w.Time
		}
	}
	return sum
}

// Join makes a report of what was measured and of the sections of the source.
func Join(in *Input, pkgs []*section.Package) *Report {
	x := newIndex(pkgs)
	locks := make(map[string]*lockTally)
	lock := func(class string) *lockTally {
		if locks[class] == nil {
			locks[class] = &lockTally{waiters: make(tally), causes: make(tally)}
		}
		return locks[class]
	}
	type queueTally struct {
		send, receive tally
		traced        []*Sample // that wait to send
	}
	queues := make(map[string]*queueTally)
	waits, unjoined := make(tally), make(tally)
	r := &Report{Version: 1, Depths: in.Depths, Traced: in.Total}
	hasPain := false
	var painTotal, guiltTotal, painJoined, guiltJoined time.Duration

	// Pain first: where two locks are given back at one place, it tells which is waited for.
	add := func(s *Sample, traced bool) {
		f := x.find(s)
		switch {
		case f.runtime:
			r.Runtime += s.Time
			return
		case f.kind == section.Send || f.kind == section.Receive:
			if f.external || strings.HasPrefix(f.at.Func, "runtime/") {
				return // the runtime's own goroutines, those that write the trace say
			}
			class := queueName(f)
			q := queues[class]
			if q == nil {
				q = &queueTally{send: make(tally), receive: make(tally)}
				queues[class] = q
			}
			if f.kind == section.Send {
				q.send.add(f.who, s, nil)
			} else {
				q.receive.add(f.who, s, nil)
			}
			return
		case f.kind == section.Wait || f.kind == section.Select:
			if !f.external {
				waits.add(f.at, s, nil)
			}
			return
		case f.kind == "" && traced:
			return // it is known that it waits, and not for what
		}
		guilt := f.kind == section.Unlock
		if guilt {
			guiltTotal += s.Time
		} else {
			hasPain = true
			painTotal += s.Time
		}
		if len(f.classes) == 0 {
			unjoined.add(f.at, s, nil)
			if f.known {
				r.Stale += s.Time
			}
			return
		}
		class := f.classes[0]
		if len(f.classes) > 1 {
			// Several deferred unlocks: the one that is waited for in this function, if any is.
			pain := func(class string) time.Duration { return lock(class).painIn(f.at) }
			class = slices.MaxFunc(f.classes, func(a, b string) int { return cmp.Compare(pain(a), pain(b)) })
			if pain(class) == 0 {
				class = "one of " + strings.Join(f.classes, ", ")
			}
			f.section = x.ending(f.at, class)
		}
		l := lock(class)
		if guilt {
			guiltJoined += s.Time
			l.guilt += s.Time
			l.blamed += s.Count
			l.causes.add(f.who, s, f.section)
		} else {
			painJoined += s.Time
			l.pain += s.Time
			l.waits += s.Count
			l.waiters.add(f.who, s, x.sectionAt(f.at, class))
		}
	}
	var unlocks []*Sample
	blocks := false
	for i := range in.Samples {
		if s := &in.Samples[i]; kindOf(s.Stack) == section.Unlock {
			unlocks = append(unlocks, s)
		} else {
			blocks = blocks || kindOf(s.Stack) == section.Lock
			add(s, false)
		}
	}
	for i := range in.Traced {
		s := &in.Traced[i]
		if !blocks {
			add(s, true)
		}
		f := x.find(s)
		switch {
		case len(f.classes) == 1 && f.kind == section.Lock:
			l := lock(f.classes[0])
			l.traced = append(l.traced, s)
		case f.kind == section.Send:
			if q := queues[queueName(f)]; q != nil {
				q.traced = append(q.traced, s)
			}
		}
	}
	for _, s := range unlocks {
		add(s, false)
	}

	r.Total, r.Joined = guiltTotal, guiltJoined
	if hasPain {
		r.Total, r.Joined = painTotal, painJoined
	}
	for class, t := range locks {
		l := &Lock{Class: class, Waited: t.pain, Waits: t.waits, Waiters: t.waiters.sorted(), Causes: t.causes.sorted(), Caused: t.guilt, Advice: []Advice{}}
		if !hasPain {
			l.Waited, l.Waits = t.guilt, t.blamed
		}
		if l.Waited == 0 && l.Caused == 0 {
			continue
		}
		if r.Total > 0 {
			l.Share = float64(l.Waited) / float64(r.Total)
		}
		l.times(t.traced, in.Total)
		for _, sections := range x.sections {
			for _, s := range sections {
				if s.Class == class {
					l.sections = append(l.sections, s)
				}
			}
		}
		l.advise()
		r.Locks = append(r.Locks, l)
	}
	slices.SortFunc(r.Locks, func(a, b *Lock) int {
		return cmp.Or(-cmp.Compare(a.Waited, b.Waited), -cmp.Compare(a.Caused, b.Caused), strings.Compare(a.Class, b.Class))
	})
	for class, t := range queues {
		q := &Queue{Class: class, Cap: -1, Senders: t.send.sorted(), Receivers: t.receive.sorted(), Advice: []Advice{}}
		if n, ok := x.caps[class]; ok {
			q.Cap = n
		}
		for _, w := range q.Senders {
			q.Send, q.Sends = q.Send+w.Time, q.Sends+w.Count
		}
		for _, w := range q.Receivers {
			q.Receive, q.Receives = q.Receive+w.Time, q.Receives+w.Count
		}
		q.Sending, _ = waiting(t.traced, in.Total)
		q.judge()
		r.Queues = append(r.Queues, q)
	}
	slices.SortFunc(r.Queues, func(a, b *Queue) int {
		return cmp.Or(-cmp.Compare(max(a.Send, a.Receive), max(b.Send, b.Receive)), strings.Compare(a.Class, b.Class))
	})
	r.Waits, r.Unjoined = waits.sorted(), unjoined.sorted()
	return r
}

// queueName is the channel's class or, where it has none, the place.
func queueName(f found) string {
	if len(f.classes) == 1 && f.classes[0] != "" {
		return f.classes[0]
	}
	return "channel in " + f.at.Func
}

// seriesLength is how many values a plot over time has.
const seriesLength = 120

// times fills in what a trace tells.
func (l *Lock) times(samples []*Sample, total time.Duration) {
	var waits []time.Duration
	for _, s := range samples {
		waits = append(waits, s.Waits...)
	}
	if len(waits) == 0 {
		return
	}
	l.P95, l.Max = quantile(waits, 0.95), slices.Max(waits)
	l.Series, l.Peak = waiting(samples, total)
}

// waiting returns how many goroutines wait, on average, in each of equal parts of the time
// of a trace, and how many do at most at one time.
func waiting(samples []*Sample, total time.Duration) (series []float64, peak int) {
	type change struct {
		at time.Duration
		by int
	}
	var changes []change
	if total > 0 && len(samples) > 0 {
		series = make([]float64, seriesLength)
	}
	for _, s := range samples {
		for i, d := range s.Waits {
			from, to := s.Begun[i], s.Begun[i]+d
			changes = append(changes, change{from, 1}, change{to, -1})
			for k := int(from * seriesLength / max(total, 1)); k <= int(to*seriesLength/max(total, 1)) && k < len(series); k++ {
				// The part of the interval for which this one waits.
				a, b := total*time.Duration(k)/seriesLength, total*time.Duration(k+1)/seriesLength
				if overlap := min(b, to) - max(a, from); overlap > 0 && b > a {
					series[k] += float64(overlap) / float64(b-a)
				}
			}
		}
	}
	slices.SortFunc(changes, func(a, b change) int { return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.by, b.by)) })
	n := 0
	for _, c := range changes {
		n += c.by
		peak = max(peak, n)
	}
	return series, peak
}

// DepthOf returns the depths of queues over time, by name.
func (r *Report) DepthOf() (names []string, depths map[string][]Depth) {
	depths = make(map[string][]Depth)
	for _, d := range r.Depths {
		depths[d.Queue] = append(depths[d.Queue], d)
	}
	return slices.Sorted(maps.Keys(depths)), depths
}
