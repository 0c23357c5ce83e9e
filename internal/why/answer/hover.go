package answer

import (
	"slices"
	"strings"
)

// Hover says in a few lines of Markdown which locks are held at the operations of a
// line: what an editor shows beside it. It is empty if nothing is known.
func (a *Answer) Hover(l Line) string {
	w := &writer{answer: a}
	var lines []string
	for _, op := range l.Operations {
		for _, s := range op.States {
			line := w.state(s)
			if len(op.States) > 1 && s.Path != nil {
				line += w.path(s.Path)
			}
			if !slices.Contains(lines, line) {
				lines = append(lines, line)
			}
		}
	}
	if lines == nil {
		return ""
	}
	return "**lockvet**: reached\n- " + strings.Join(lines, "\n- ") + "\n"
}
