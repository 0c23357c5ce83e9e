package summary

import (
	"fmt"
	"strings"

	"github.com/lockvet/lockvet/internal/flow"
	"github.com/lockvet/lockvet/internal/model"
	"github.com/lockvet/lockvet/internal/path"
)

// Format writes a summary in one line: events, outcomes, then points that are no events.
func Format(s *flow.Summary) string {
	if s == nil {
		return ""
	}
	var parts []string
	for _, e := range s.Events {
		guard := ""
		for _, l := range e.Guard {
			guard += " if " + l.String()
		}
		switch e.Kind {
		case flow.Acquire:
			parts = append(parts, "acquires "+lockText(e.Lock, e.Mode)+guard)
		case flow.Release:
			parts = append(parts, "needs "+lockText(e.Lock, e.Mode)+guard)
		case flow.Enter:
			parts = append(parts, "calls Do of "+e.Lock.String()+guard)
		case flow.Need:
			parts = append(parts, "waits with "+lockText(e.Lock, e.Mode)+guard)
		case flow.Hold:
			parts = append(parts, "demands "+lockText(e.Lock, e.Mode)+guard)
		case flow.Exclude:
			parts = append(parts, "excludes "+lockText(e.Lock, e.Mode)+guard)
		case flow.Later:
			held := ""
			for _, h := range e.Held {
				held += " under " + lockText(h.Lock, h.Mode)
			}
			parts = append(parts, strings.TrimSuffix("keeps "+e.Param.String()+"."+e.Method, ".")+", called"+held)
		case flow.Joins:
			parts = append(parts, "waits for the goroutine of "+e.Lock.String())
		case flow.Serves:
			parts = append(parts, strings.TrimSuffix("has the goroutine of "+e.Lock.String()+" call "+e.Param.String()+"."+e.Method, "."))
		case flow.Call:
			held := ""
			for _, h := range e.Held {
				held += " under " + lockText(h.Lock, h.Mode)
			}
			method := e.Method
			if method != "" {
				method = "." + method
			}
			parts = append(parts, "calls "+e.Param.String()+method+held+guard)
		}
	}
	if s.Slow != nil {
		text := "may run " + s.Slow.Op.Name
		for _, g := range s.Slow.Gone {
			text += " without " + g.String()
		}
		for _, l := range s.Slow.Guard {
			text += " if " + l.String()
		}
		parts = append(parts, text)
	}
	for _, o := range s.Outcomes {
		for _, n := range o.Nets {
			verb := "returns holding "
			if n.Delta < 0 {
				verb = "releases "
			}
			text := verb + lockText(n.Lock, n.Mode)
			for i, r := range o.Results {
				if r != nil {
					text += fmt.Sprintf(" result%d=%s", i, r.String())
				}
			}
			parts = append(parts, text)
		}
	}
	for _, p := range s.Points {
		if p.Kind != flow.Acquires || len(p.Held) == 0 && p.Lock.Kind != path.Class {
			continue // an event says so, too
		}
		text := "waits for " + lockText(p.Lock, p.Mode)
		for _, h := range p.Held {
			text += " under " + lockText(h.Lock, h.Mode)
		}
		parts = append(parts, text)
	}
	for _, class := range s.Strays {
		parts = append(parts, "releases some "+class)
	}
	return strings.Join(parts, "; ")
}

func lockText(n *path.Node, m model.Mode) string {
	if m == model.Read {
		return n.String() + "(r)"
	}
	return n.String()
}
