package frontend

import (
	"bytes"
	"fmt"
	"path"
	"strings"
	"time"

	"github.com/rivo/uniseg"

	"github.com/lockvet/lockvet/internal/rules"
)

// A style says how findings are shown to a person.
type style struct {
	color, links bool
	width        int // of the terminal, in cells; 0 is without end
}

// text returns the findings with the source that they and their steps speak of,
// and their number.
func (r *Report) text(src *sources, look style) []byte {
	t := &textWriter{sources: src, style: look}
	dirs := make(map[string]bool)
	var severities []rules.Severity
	for _, f := range r.Findings {
		dirs[path.Dir(f.Start.File)] = true
		severities = append(severities, rules.Severity(f.Severity))
		t.finding(f)
	}
	switch {
	case len(r.Findings) > 0:
		fmt.Fprintf(&t.out, "%s: %s in %s%s\n", count(len(r.Findings), "finding"), rules.Count(severities), r.share(len(dirs)), r.time())
	case len(r.Errors) == 0:
		fmt.Fprintf(&t.out, "no findings%s\n", r.time())
	}
	return t.out.Bytes()
}

// share says how many packages have findings, of how many if that is known.
func (r *Report) share(with int) string {
	if r.asked < with {
		return count(with, "package")
	}
	return fmt.Sprintf("%d of %s", with, count(r.asked, "package"))
}

// time says how long the run took, where somebody waited for it, and for how many
// packages the go command had the result from an earlier run.
func (r *Report) time() string {
	if r.took == 0 {
		return ""
	}
	s := fmt.Sprintf(", %.1f s", r.took.Round(100*time.Millisecond).Seconds())
	if r.cached > 0 {
		s += fmt.Sprintf(", %d cached", r.cached)
	}
	return s
}

type textWriter struct {
	*sources
	style
	out bytes.Buffer
}

// Escape sequences that choose how text looks.
const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	blue   = "\x1b[34m"
	cyan   = "\x1b[36m"
	reset  = "\x1b[0m"
)

// colors are those of severities.
var colors = map[rules.Severity]string{rules.Error: red, rules.Warning: yellow, rules.Note: cyan}

func (t *textWriter) paint(color, s string) string {
	if !t.color || s == "" {
		return s
	}
	return color + s + reset
}

// link makes a text lead to an address where the terminal can.
// https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
func (t *textWriter) link(address, s string) string {
	if !t.links || address == "" {
		return s
	}
	return "\x1b]8;;" + address + "\x1b\\" + s + "\x1b]8;;\x1b\\"
}

// Primary marks are under what is wrong, the others under what leads there.
const (
	primaryMark = "^~"
	stepMark    = "--"
)

// hanging is the indentation of the second line of a message and of those after it.
const hanging = "    "

func (t *textWriter) finding(f Finding) {
	color := colors[rules.Severity(f.Severity)]
	at := escape(f.Start.String()) + ":"
	tag := "[" + f.Tag() + "]"
	words := strings.Fields(escape(f.Message))
	lines := wrap(append([]string{at, f.Severity + ":"}, append(words, tag)...), t.width, "", hanging)
	text := strings.Join(lines, "\n")
	text = t.paint(bold, at) + strings.TrimPrefix(text, at)
	text = strings.Replace(text, f.Severity+":", t.paint(color, f.Severity+":"), 1)
	if head, ok := strings.CutSuffix(text, tag); ok {
		text = head + t.link(f.URL, t.paint(cyan, tag))
	}
	t.out.WriteString(text + "\n")
	t.source("", f.Start, f.End, primaryMark, color)
	for _, s := range f.Related {
		at := escape(s.Start.String()) + ":"
		lines := wrap(append([]string{at}, strings.Fields(escape(s.Message))...), t.width, "  ", "  "+hanging)
		text := strings.Join(lines, "\n")
		t.out.WriteString("  " + t.paint(bold, at) + strings.TrimPrefix(text, "  "+at) + "\n")
		if s.Start.File != f.Start.File || s.Start.Line != f.Start.Line {
			t.source("  ", s.Start, s.End, stepMark, blue)
		}
	}
	t.out.WriteByte('\n')
}

// wrap joins words to lines that are no wider than width, if that is not 0: the first
// after one indentation, the others after another.
func wrap(words []string, width int, first, others string) (lines []string) {
	line, cells := first, uniseg.StringWidth(first)
	empty := true
	for _, word := range words {
		w := uniseg.StringWidth(word)
		if !empty && width > 0 && cells+1+w > width {
			lines = append(lines, line)
			line, cells, empty = others, uniseg.StringWidth(others), true
		}
		if !empty {
			line, cells = line+" ", cells+1
		}
		line, cells, empty = line+word, cells+w, false
	}
	return append(lines, line)
}

// A longer line is data or was written by a program. To show it would bury what
// is said about it.
const longestLine = 300

// source shows the line of start, with what lies between start and end marked.
// It shows nothing if there is no such line.
func (t *textWriter) source(indent string, start, end Position, shape, color string) {
	line := t.line(start.File, start.Line)
	if line == "" || len(line) > longestLine {
		return
	}
	from, to := start.Column-1, end.Column-1
	if end.Line > start.Line {
		to = len(line)
	}
	shown, marks := mark(line, from, to, shape)
	if t.width > 0 {
		shown, marks = clip(shown, marks, t.width-len(indent)-len("     1 | "))
	}
	fmt.Fprintf(&t.out, "%s%s %s\n", indent, t.paint(blue, fmt.Sprintf("%6d |", start.Line)), shown)
	if marks != "" {
		fmt.Fprintf(&t.out, "%s%s %s\n", indent, t.paint(blue, "       |"), t.paint(color, marks))
	}
}

// clip shortens a line to what fits into so many cells, and the marks below it with it: in
// a line that the terminal wraps they would be under something else.
func clip(shown, marks string, width int) (string, string) {
	var cells []string // the second cell of a wide character is empty
	state := -1
	for rest := shown; rest != ""; {
		var cluster string
		var n int
		cluster, rest, n, state = uniseg.FirstGraphemeClusterInString(rest, state)
		cells = append(cells, cluster)
		cells = append(cells, make([]string, max(0, n-1))...)
	}
	if len(cells) <= width || width < 20 {
		return shown, marks
	}
	from := 0
	if len(marks) >= width {
		first := len(marks) - len(strings.TrimLeft(marks, " "))
		from = min(max(0, first-width/3), len(cells)-width)
	}
	to := from + width
	const cut = "…"
	if from > 0 {
		cells[from] = cut
		if cells[from+1] == "" {
			cells[from+1] = " "
		}
	}
	if to < len(cells) {
		if cells[to-1] == "" {
			cells[to-2] = " "
		}
		cells[to-1] = cut
	}
	return strings.Join(cells[from:to], ""), marks[min(from, len(marks)):min(to, len(marks))]
}

// mark returns a line of source without its indentation and fit for a terminal,
// and a line to go under it that marks the bytes from up to to with the two characters
// of shape: the first one once. There are no marks if the line does not have the byte from.
func mark(line string, from, to int, shape string) (shown, marks string) {
	var text, under strings.Builder
	start := len(line) - len(strings.TrimLeft(line, " \t"))
	marked := false
	state := -1
	for i, rest := start, line[start:]; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		s := strings.Replace(escape(cluster), "\t", "    ", 1)
		cells := uniseg.StringWidth(s)
		c := " "
		if from <= i && i < to {
			c = shape[1:]
		}
		if from >= 0 && i <= from && from < i+len(cluster) {
			marked = true
			under.WriteString(shape[:1] + strings.Repeat(c, max(0, cells-1)))
		} else {
			under.WriteString(strings.Repeat(c, cells))
		}
		text.WriteString(s)
		i += len(cluster)
	}
	if !marked {
		return text.String(), ""
	}
	return text.String(), strings.TrimRight(under.String(), " ")
}
