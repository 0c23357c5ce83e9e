package hot

import (
	"bytes"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/lockvet/lockvet/internal/order"
)

// JSON writes the report, in the schema that docs/hot.md describes.
func (r *Report) JSON() []byte {
	out, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		panic(err) // there is nothing in it that JSON cannot say
	}
	return append(out, '\n')
}

// Relative lets f make the file names of a report short.
func (r *Report) Relative(f func(string) string) {
	places := func(lists ...[]*Where) {
		for _, list := range lists {
			for _, w := range list {
				w.File = f(w.File)
			}
		}
	}
	for _, l := range r.Locks {
		places(l.Waiters, l.Causes)
		for _, w := range l.Causes {
			if w.Of != nil {
				c := *w.Of
				c.File = f(c.File)
				w.Of = &c
			}
		}
	}
	for _, q := range r.Queues {
		places(q.Senders, q.Receivers)
	}
	places(r.Waits, r.Unjoined)
}

// Short writes a duration with two or three digits.
func Short(d time.Duration) string {
	switch {
	case d == 0:
		return "-"
	case d >= 10*time.Second:
		return fmt.Sprintf("%.1fs", d.Seconds())
	case d >= time.Second:
		return fmt.Sprintf("%.2fs", d.Seconds())
	case d >= time.Millisecond:
		return fmt.Sprintf("%.3gms", float64(d)/1e6)
	case d >= time.Microsecond:
		return fmt.Sprintf("%.3gµs", float64(d)/1e3)
	}
	return fmt.Sprintf("%dns", d)
}

func average(d time.Duration, n int64) time.Duration {
	if n == 0 {
		return 0
	}
	return d / time.Duration(n)
}

// Name is a class for people.
func Name(class string) string { return order.ShortClass(class, "") }

// clip shortens a text to a width.
func clip(s string, width int) string {
	if r := []rune(s); len(r) > width {
		return string(r[:width-1]) + "…"
	}
	return s
}

// bar draws a share in eight cells.
func bar(share float64) string {
	const cells = 8
	n := min(cells, int(share*cells+0.5))
	return strings.Repeat("█", n) + strings.Repeat("·", cells-n)
}

// shown is how many places of a list a table has.
const shown = 3

// Text writes the report as a table of at most 80 columns; advice may be longer. top bounds
// the number of locks and of queues. sites lists all places.
func (r *Report) Text(top int, sites bool) []byte {
	var out bytes.Buffer
	most := shown
	if sites {
		most = 1 << 30
	}
	short := func(fn string) string { return fn[strings.LastIndexByte(fn, '/')+1:] }
	list := func(label string, places []*Where, total time.Duration) {
		for i, w := range places {
			if i == most {
				fmt.Fprintf(&out, "    and at %d more places\n", len(places)-i)
				break
			}
			where := fmt.Sprintf("%s:%d", filepath.Base(w.File), w.Line)
			if w.Of != nil {
				where = fmt.Sprintf("%s:%d-%d", filepath.Base(w.File), w.Of.From, w.Of.To)
			}
			share := 0.0
			if total > 0 {
				share = float64(w.Time) / float64(total)
			}
			fmt.Fprintf(&out, "    %-9s %4.0f%% %8s  %s\n", label, share*100, Short(w.Time), clip(short(w.Func)+" "+where, 50))
			if w.Of != nil && w.Of.Slow != nil && label == "caused by" {
				fmt.Fprintf(&out, "    %23s under it: %s, line %d\n", "", w.Of.Slow.Name, w.Of.Slow.Call)
			}
		}
	}
	fmt.Fprintf(&out, "%-30s %8s %-13s %8s %7s %7s\n", "LOCK", "WAITED", "SHARE", "WAITS", "AVG", "MAX")
	for i, l := range r.Locks {
		if i == top {
			fmt.Fprintf(&out, "and %d more locks; -top shows them\n", len(r.Locks)-top)
			break
		}
		fmt.Fprintf(&out, "%-30s %8s %s %3.0f%% %8d %7s %7s\n", clip(Name(l.Class), 30), Short(l.Waited), bar(l.Share), l.Share*100, l.Waits, Short(average(l.Waited, l.Waits)), Short(l.Max))
		list("waits in", l.Waiters, l.Waited)
		list("caused by", l.Causes, l.Caused)
		for _, a := range l.Advice {
			fmt.Fprintf(&out, "    advice: %s [hot#%s]\n", a.Text, a.Kind)
		}
	}
	if len(r.Locks) == 0 {
		out.WriteString("no lock was waited for\n")
	}
	if len(r.Queues) > 0 {
		fmt.Fprintf(&out, "\n%-30s %16s %16s  %s\n", "CHANNEL", "SENDERS WAIT", "RECEIVERS WAIT", "")
		for i, q := range r.Queues {
			if i == top {
				fmt.Fprintf(&out, "and %d more channels; -top shows them\n", len(r.Queues)-top)
				break
			}
			name := clip(Name(q.Class), 24)
			if q.Cap >= 0 {
				name += fmt.Sprintf(" (%d)", q.Cap)
			}
			fmt.Fprintf(&out, "%-30s %9s %5d× %9s %5d×\n    %s\n", name, Short(q.Send), q.Sends, Short(q.Receive), q.Receives, q.Verdict)
			list("sends in", q.Senders, q.Send)
			list("receives", q.Receivers, q.Receive)
			for _, a := range q.Advice {
				fmt.Fprintf(&out, "    advice: %s [hot#%s]\n", a.Text, a.Kind)
			}
		}
	}
	if len(r.Waits) > 0 {
		fmt.Fprintf(&out, "\nOTHER WAITS\n")
		for i, w := range r.Waits {
			if i == top && !sites {
				break
			}
			fmt.Fprintf(&out, "    %8s %7d×  %s\n", Short(w.Time), w.Count, clip(fmt.Sprintf("%s %s:%d", short(w.Func), filepath.Base(w.File), w.Line), 56))
		}
	}
	out.WriteByte('\n')
	if r.Total > 0 {
		share := float64(r.Joined) / float64(r.Total) * 100
		noun := "locks"
		if len(r.Locks) == 1 {
			noun = "lock"
		}
		fmt.Fprintf(&out, "%.1f%% of %s of waiting for locks is at %d %s of the source.\n", share, Short(r.Total), len(r.Locks), noun)
	}
	if r.Runtime > 0 {
		fmt.Fprintf(&out, "The runtime's own locks: %s.\n", Short(r.Runtime))
	}
	for i, w := range r.Unjoined {
		if i == most {
			fmt.Fprintf(&out, "    and at %d more places\n", len(r.Unjoined)-i)
			break
		}
		fmt.Fprintf(&out, "    not joined: %8s  %s %s:%d\n", Short(w.Time), short(w.Func), filepath.Base(w.File), w.Line)
	}
	return out.Bytes()
}
