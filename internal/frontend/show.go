package frontend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// json returns the report as one JSON object.
func (r *Report) json() []byte {
	r.Version = 1
	if r.Findings == nil {
		r.Findings = []Finding{}
	}
	if r.Errors == nil {
		r.Errors = []Failure{}
	}
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(r); err != nil {
		log.Panicf("a report of strings and numbers is not JSON: %v", err)
	}
	return out.Bytes()
}

// plain returns one line per finding, and below it one per step, indented so
// that tools which look for "file:line:col:" see the finding only.
func (r *Report) plain() []byte {
	var out bytes.Buffer
	for _, f := range r.Findings {
		fmt.Fprintf(&out, "%s: %s [%s]\n", escape(f.Start.String()), escape(f.Message), f.Tag())
		for _, s := range f.Related {
			fmt.Fprintf(&out, "\t%s: %s\n", escape(s.Start.String()), escape(s.Message))
		}
	}
	return out.Bytes()
}

// Tag names the check and, if it has a name of its own, the category.
func (f *Finding) Tag() string {
	if f.Category == "" || f.Category == f.Check {
		return f.Check
	}
	return f.Check + "/" + f.Category
}

// text returns the findings with the source that they and their steps speak of,
// and their number.
func (r *Report) text(src *sources, color bool) []byte {
	t := &textWriter{sources: src, color: color}
	dirs := make(map[string]bool)
	for _, f := range r.Findings {
		dirs[path.Dir(f.Start.File)] = true
		fmt.Fprintf(&t.out, "%s: %s %s\n", t.paint(bold, escape(f.Start.String())), escape(f.Message), t.paint(cyan, "["+f.Tag()+"]"))
		t.source("", f.Start, f.End)
		for _, s := range f.Related {
			fmt.Fprintf(&t.out, "  %s: %s\n", t.paint(bold, escape(s.Start.String())), escape(s.Message))
			t.source("  ", s.Start, s.End)
		}
		t.out.WriteByte('\n')
	}
	switch {
	case len(r.Findings) > 0:
		fmt.Fprintf(&t.out, "%s in %s\n", count(len(r.Findings), "finding"), count(len(dirs), "package"))
	case len(r.Errors) == 0:
		t.out.WriteString("no findings\n")
	}
	return t.out.Bytes()
}

type textWriter struct {
	*sources
	out   bytes.Buffer
	color bool
}

// Escape sequences that choose how text looks.
const (
	bold  = "\x1b[1m"
	red   = "\x1b[1;31m"
	cyan  = "\x1b[36m"
	reset = "\x1b[0m"
)

func (t *textWriter) paint(style, s string) string {
	if !t.color {
		return s
	}
	return style + s + reset
}

// colorWanted reports whether the environment allows colour on a terminal.
func colorWanted() bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	// The old Windows console shows escape sequences as they are.
	return runtime.GOOS != "windows" || os.Getenv("WT_SESSION") != "" || os.Getenv("TERM") != ""
}

// A longer line is data or was written by a program. To show it would bury what
// is said about it.
const longestLine = 300

// source shows the line of start, with what lies between start and end marked.
// It shows nothing if there is no such line.
func (t *textWriter) source(indent string, start, end Position) {
	line := t.line(start.File, start.Line)
	if line == "" || len(line) > longestLine {
		return
	}
	from, to := start.Column-1, end.Column-1
	if end.Line > start.Line {
		to = len(line)
	}
	shown, marks := mark(line, from, to)
	fmt.Fprintf(&t.out, "%s%6d | %s\n", indent, start.Line, shown)
	if marks != "" {
		fmt.Fprintf(&t.out, "%s       | %s\n", indent, t.paint(red, marks))
	}
}

// mark returns a line of source without its indentation and fit for a terminal,
// and a line to go under it that marks the bytes from up to to: ^~~~. There are
// no marks if the line does not have the byte from.
func mark(line string, from, to int) (shown, marks string) {
	var text, under strings.Builder
	start := len(line) - len(strings.TrimLeft(line, " \t"))
	for i := start; i < len(line); {
		_, size := utf8.DecodeRuneInString(line[i:])
		s := strings.Replace(escape(line[i:i+size]), "\t", "    ", 1)
		c := " "
		if from <= i && i < to {
			c = "~"
		}
		if from >= 0 && i <= from && from < i+size {
			under.WriteString("^" + strings.Repeat(c, utf8.RuneCountInString(s)-1))
		} else {
			under.WriteString(strings.Repeat(c, utf8.RuneCountInString(s)))
		}
		text.WriteString(s)
		i += size
	}
	marks = strings.TrimRight(under.String(), " ")
	if !strings.Contains(marks, "^") {
		marks = ""
	}
	return text.String(), marks
}

// escape writes what would steer a terminal rather than show on it, control
// characters and those that change the direction of text, as Go does in a
// string. Tabs are let through.
func escape(s string) string {
	if strings.IndexFunc(s, unprintable) < 0 && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i, r := range s {
		_, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case !unprintable(r):
			b.WriteRune(r)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func unprintable(r rune) bool { return r != '\t' && !unicode.IsPrint(r) }

// sortPatch puts the files of a unified diff in order, since go vet finishes
// packages in any, leaves out those not in a wanted directory, and makes their
// names relative to dir.
func sortPatch(patch []byte, dir string, wanted map[string]bool) []byte {
	var files []string
	keep := false
	for line := range strings.Lines(string(patch)) {
		for _, side := range []string{"--- ", "+++ "} {
			name, ok := strings.CutPrefix(line, side)
			if !ok || !strings.HasSuffix(name, " (old)\n") && !strings.HasSuffix(name, " (new)\n") {
				continue
			}
			if side == "--- " {
				if keep = wanted[filepath.Dir(name)]; keep {
					files = append(files, "")
				}
			}
			relative(dir, &name)
			line = side + name
		}
		if keep {
			files[len(files)-1] += line
		}
	}
	slices.Sort(files)
	return []byte(strings.Join(slices.Compact(files), ""))
}
