package hot

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/lockvet/lockvet/internal/section"
)

// Advice is what the code shows could be done. Kind is the heading of docs/hot.md that
// explains it.
type Advice struct {
	Kind string `json:"kind"`
	Text string `json:"text"`
}

// enough is the share of the guilt that a cause must have to be worth advice, and most the
// share that all sections alike must have together.
const (
	enough = 0.2
	most   = 0.8
)

// blamed returns the sections that made others wait, with their shares. Without a mutex
// profile these are the ones at whose beginning goroutines waited: everybody's guess.
func (l *Lock) blamed() map[*section.Section]float64 {
	list, total := l.Causes, l.Caused
	if total == 0 {
		list, total = l.Waiters, l.Waited
	}
	shares := make(map[*section.Section]float64)
	for _, w := range list {
		if w.Of != nil && total > 0 {
			shares[w.Of] += float64(w.Time) / float64(total)
		}
	}
	return shares
}

// byShare returns the sections with at least the share enough, those with most first.
func byShare(shares map[*section.Section]float64) []*section.Section {
	list := slices.DeleteFunc(slices.Collect(maps.Keys(shares)), func(s *section.Section) bool { return shares[s] < enough })
	slices.SortFunc(list, func(a, b *section.Section) int {
		switch {
		case shares[a] != shares[b] && shares[a] > shares[b]:
			return -1
		case shares[a] != shares[b]:
			return 1
		}
		return strings.Compare(fmt.Sprint(a.File, a.Acquire), fmt.Sprint(b.File, b.Acquire))
	})
	return list
}

func at(s *section.Section, line int) string {
	return fmt.Sprintf("%s:%d", filepath.Base(s.File), line)
}

// advise fills in the advice for a lock, the most certain first.
func (l *Lock) advise() {
	shares := l.blamed()
	sections := byShare(shares)
	say := func(kind, format string, args ...any) {
		l.Advice = append(l.Advice, Advice{kind, fmt.Sprintf(format, args...)})
	}
	for _, s := range sections {
		if s.Slow != nil {
			say("slow", "%s runs in %s (line %d) with the lock held: do it before or after, under no lock", s.Slow.Name, s.Func, s.Slow.Call)
		}
	}
	if len(l.Advice) > 0 {
		return // the rest is small beside it
	}
	for _, s := range sections {
		switch {
		case len(s.Makes) > 0 && len(s.Loops) > 0 && len(s.Writes) > 0:
			say("rebuild", "%s makes a container anew with the lock held (%s): make it before, and only put it in its place under the lock", s.Func, at(s, s.Makes[0]))
		case len(s.Loops) > 0:
			say("loop", "%s goes over a container with the lock held (%s): copy it under the lock, or split it", s.Func, at(s, s.Loops[0]))
		}
		for _, u := range s.Unknown {
			if u.Value {
				say("callback", "%s calls %s with the lock held (%s): call it after", s.Func, u.Name, at(s, u.Line))
				break
			}
		}
	}
	alike := func(is func(*section.Section) bool) bool {
		sum := 0.0
		for s, share := range shares {
			if is(s) {
				sum += share
			}
		}
		return sum >= most
	}
	all := func(is func(*section.Section) bool) bool {
		return len(l.sections) > 0 && !slices.ContainsFunc(l.sections, func(s *section.Section) bool { return !is(s) })
	}
	if groups := l.groups(); len(groups) > 1 {
		var parts []string
		for _, g := range groups {
			parts = append(parts, strings.Join(g, ", "))
		}
		say("split", "its sections use fields that have nothing to do with each other (%s): give each group a lock of its own", strings.Join(parts, " | "))
	}
	if all(func(s *section.Section) bool { return s.Integer }) {
		say("atomic", "every section reads or writes one integer: make it an atomic one")
		return
	}
	exclusive := slices.ContainsFunc(sections, func(s *section.Section) bool { return !s.Read })
	switch {
	case exclusive && alike(func(s *section.Section) bool { return readsOnly(s) }):
		say("read", "sections that only read make others wait: an RWMutex lets them run side by side; if writes are rare, publish a copy with atomic.Pointer")
	case len(sections) > 0 && alike(func(s *section.Section) bool { return len(s.Keyed) > 0 && len(s.Loops) == 0 }):
		say("shard", "its sections ask %s for one key: several locks, chosen by a hash of the key, share the waiting", sections[0].Keyed[0])
	}
}

// readsOnly reports whether a section changes nothing.
func readsOnly(s *section.Section) bool {
	return len(s.Writes) == 0 && len(s.Unknown) == 0 && len(s.Reads)+len(s.Keyed) > 0
}

// groups returns the fields that the lock's sections use, those together that one section
// uses; nil if the sections use more than fields, or all belong together. Sections that
// nobody waits for count, too: they keep fields together.
func (l *Lock) groups() (groups [][]string) {
	parent := make(map[string]string)
	var find func(string) string
	find = func(f string) string {
		if p, ok := parent[f]; ok && p != f {
			parent[f] = find(p)
			return parent[f]
		}
		parent[f] = f
		return f
	}
	owner := l.Class[:max(0, strings.LastIndexByte(l.Class, '.'))]
	written := make(map[string]bool)
	for _, s := range l.sections {
		first := ""
		for _, f := range slices.Concat(s.Reads, s.Writes) {
			if owner == "" || !strings.HasPrefix(f, owner+".") || f == l.Class {
				continue
			}
			if first == "" {
				first = find(f)
			}
			parent[find(f)] = find(first)
		}
		for _, f := range s.Writes {
			written[f] = true
		}
		if len(s.Unknown) > 0 {
			return nil
		}
	}
	byRoot := make(map[string][]string)
	for f := range parent {
		byRoot[find(f)] = append(byRoot[find(f)], f[strings.LastIndexByte(f, '.')+1:])
	}
	for root, fields := range byRoot {
		// Fields that are never written need no lock.
		if slices.ContainsFunc(fields, func(f string) bool { return written[root[:strings.LastIndexByte(root, '.')+1]+f] }) {
			slices.Sort(fields)
			groups = append(groups, fields)
		}
	}
	slices.SortFunc(groups, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	if len(groups) < 2 {
		return nil
	}
	return groups
}

// judge says which side of a queue is slow.
func (q *Queue) judge() {
	total := q.Send + q.Receive
	share := func(d time.Duration) float64 { return float64(d) / float64(max(total, 1)) }
	switch {
	case share(q.Send) >= most:
		q.Verdict = "full: receivers are the slow side"
		q.Advice = append(q.Advice, Advice{"queue", "senders wait: a larger buffer only puts that off; make receivers faster or more"})
	case share(q.Receive) >= most:
		q.Verdict = "empty: senders are the slow side"
	default:
		q.Verdict = "both sides wait"
	}
}
