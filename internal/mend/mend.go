// Package mend applies suggested fixes to files. It changes the lines that the fixes are
// about, and no others, and keeps the ends of lines as they are.
package mend

import (
	"bytes"
	"fmt"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"slices"
	"strings"
)

// An Edit replaces the bytes from Start up to End of a file.
type Edit struct {
	File       string
	Start, End int
	New        string
}

// A Change is what becomes of a file.
type Change struct {
	File          string
	Before, After []byte
}

// Plan says what files become if fixes are applied, each a list of edits that belong
// together, in the order of their names. A fix is left out, and its refused entry says
// why, if it is in the way of one before it or of a file that cannot be read. Files are
// read by their names.
func Plan(fixes [][]Edit, read func(name string) ([]byte, error)) (changes []Change, refused []error) {
	files := make(map[string]*file)
	refused = make([]error, len(fixes))
	for i, fix := range fixes {
		refused[i] = check(files, fix, read)
		if refused[i] != nil {
			continue
		}
		for _, e := range fix {
			f := files[e.File]
			if !slices.Contains(f.edits, e) {
				f.edits = append(f.edits, e)
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f := files[name]
		if len(f.edits) == 0 {
			continue
		}
		after, err := f.apply()
		if err != nil {
			for i, fix := range fixes {
				if slices.ContainsFunc(fix, func(e Edit) bool { return e.File == name }) && refused[i] == nil {
					refused[i] = err
				}
			}
			continue
		}
		changes = append(changes, Change{name, f.text, after})
	}
	return changes, refused
}

type file struct {
	text  []byte
	edits []Edit
}

// check reports why a fix cannot be applied beside those before it.
func check(files map[string]*file, fix []Edit, read func(name string) ([]byte, error)) error {
	for i, e := range fix {
		if files[e.File] == nil {
			text, err := read(e.File)
			if err != nil {
				return err
			}
			files[e.File] = &file{text: text}
		}
		f := files[e.File]
		if e.Start < 0 || e.Start > e.End || e.End > len(f.text) {
			return fmt.Errorf("%s has changed meanwhile", e.File)
		}
		for _, other := range slices.Concat(f.edits, fix[:i]) {
			if other.File == e.File && other != e && e.overlaps(other) {
				return fmt.Errorf("another fix changes the same place; run -fix again")
			}
		}
	}
	return nil
}

// overlaps reports whether two edits cannot both be made: they change the same bytes, or
// insert something at one place.
func (e Edit) overlaps(o Edit) bool {
	if e.Start == e.End && o.Start == o.End {
		return e.Start == o.Start
	}
	return e.Start < o.End && o.Start < e.End
}

// apply returns the text with the edits made, formatted where they are.
func (f *file) apply() ([]byte, error) {
	slices.SortFunc(f.edits, func(a, b Edit) int { return a.Start - b.Start })
	var out bytes.Buffer
	touched := make(map[int]bool) // lines of the result, counted from 0
	at := 0
	for _, e := range f.edits {
		out.Write(f.text[at:e.Start])
		text := f.indented(e)
		if f.crlfAt(e.Start) {
			text = strings.ReplaceAll(text, "\n", "\r\n")
		}
		line := bytes.Count(out.Bytes(), []byte("\n"))
		out.WriteString(text)
		for n := strings.Count(text, "\n"); n >= 0; n-- {
			touched[line+n] = true
		}
		at = e.End
	}
	out.Write(f.text[at:])
	return f.formatted(out.Bytes(), touched)
}

// indented returns what an edit inserts, each of its lines indented as the one that it
// begins in.
func (f *file) indented(e Edit) string {
	text := strings.ReplaceAll(e.New, "\r\n", "\n")
	before := f.text[bytes.LastIndexByte(f.text[:e.Start], '\n')+1 : e.Start]
	if len(bytes.TrimLeft(before, " \t")) > 0 {
		return text
	}
	lines := strings.SplitAfter(text, "\n")
	for i := range lines[1:] {
		if l := lines[i+1]; strings.TrimLeft(l, " \t") == l && (l != "\n") {
			lines[i+1] = string(before) + l
		}
	}
	return strings.Join(lines, "")
}

// crlfAt reports whether the line around an offset, or else the first one, ends with a
// carriage return.
func (f *file) crlfAt(at int) bool {
	end := bytes.IndexByte(f.text[at:], '\n')
	if end < 0 {
		at, end = 0, bytes.IndexByte(f.text, '\n')
	}
	return end > 0 && f.text[at+end-1] == '\r' || end == 0 && at > 0 && f.text[at-1] == '\r'
}

// formatted formats the touched lines of a text that was made of the file. All of it is
// as gofmt writes it if the file was.
func (f *file) formatted(text []byte, touched map[int]bool) ([]byte, error) {
	if _, err := parser.ParseFile(token.NewFileSet(), "", text, parser.SkipObjectResolution); err != nil {
		if _, before := parser.ParseFile(token.NewFileSet(), "", f.text, parser.SkipObjectResolution); before == nil {
			return nil, fmt.Errorf("the fix would leave code that cannot be parsed: %v", err)
		}
		return text, nil // not Go to begin with
	}
	plain := withoutCR(text)
	gofmt, err := format.Source(plain)
	if err != nil {
		return nil, err
	}
	crlf := len(plain) < len(text)
	before := withoutCR(f.text)
	if is, err := format.Source(before); err == nil && bytes.Equal(is, before) && (!crlf || f.allCRLF()) {
		if crlf {
			gofmt = bytes.ReplaceAll(gofmt, []byte("\n"), []byte("\r\n"))
		}
		return gofmt, nil
	}
	lines, wanted := bytes.SplitAfter(text, []byte("\n")), bytes.SplitAfter(gofmt, []byte("\n"))
	if len(lines) != len(wanted) {
		return text, nil // gofmt would move lines that are none of our business
	}
	for i := range touched {
		if i >= len(lines) {
			continue
		}
		end := ""
		for _, e := range []string{"\r\n", "\n"} {
			if bytes.HasSuffix(lines[i], []byte(e)) {
				end = e
				break
			}
		}
		lines[i] = append(bytes.TrimRight(slices.Clone(wanted[i]), "\n"), end...)
	}
	return bytes.Join(lines, nil), nil
}

func withoutCR(text []byte) []byte { return bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) }

func (f *file) allCRLF() bool {
	return bytes.Count(f.text, []byte("\n")) == bytes.Count(f.text, []byte("\r\n"))
}
