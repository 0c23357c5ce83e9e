package lsp

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// An encoding says what the character of a position counts.
type encoding string

const (
	utf16Units encoding = "utf-16" // what the protocol says if nobody says anything
	utf8Bytes  encoding = "utf-8"
	utf32Runes encoding = "utf-32"
)

// units returns how many units a character has.
func (e encoding) units(r rune, size int) int {
	switch e {
	case utf8Bytes:
		return size
	case utf32Runes:
		return 1
	}
	return max(1, utf16.RuneLen(r)) // 1 for what is no character: gopls counts so
}

// offset returns where in text a position is. What is beyond the end of a line is
// at its end, what is beyond the last line at the end of the text, and what is
// within a character before it.
func (e encoding) offset(text string, p position) int {
	start := lineStart(text, p.Line)
	line := lineAt(text, start)
	count := 0
	for i, r := range line {
		_, size := utf8.DecodeRuneInString(line[i:])
		if count += e.units(r, size); count > p.Character {
			return start + i
		}
	}
	return start + len(line)
}

// position returns the position of an offset in text.
func (e encoding) position(text string, offset int) position {
	offset = min(max(offset, 0), len(text))
	before := text[:offset]
	start := strings.LastIndexByte(before, '\n') + 1
	p := position{Line: strings.Count(before, "\n")}
	for i, r := range before[start:] {
		_, size := utf8.DecodeRuneInString(before[start+i:])
		p.Character += e.units(r, size)
	}
	return p
}

// lineStart returns where line n, counted from 0, starts.
func lineStart(text string, n int) int {
	at := 0
	for ; n > 0; n-- {
		i := strings.IndexByte(text[at:], '\n')
		if i < 0 {
			return len(text)
		}
		at += i + 1
	}
	return at
}

// lineAt returns the line that starts there, without its end.
func lineAt(text string, start int) string {
	line, _, _ := strings.Cut(text[start:], "\n")
	return strings.TrimSuffix(line, "\r")
}

// byteOffset returns where in text a place is that has a line and a column in
// bytes, both counted from 1, as the go command gives them.
func byteOffset(text string, line, column int) int {
	start := lineStart(text, max(line, 1)-1)
	return min(start+max(column, 1)-1, start+len(lineAt(text, start)))
}

// A span is a part of a text, from one offset up to another.
type span struct{ start, end int }

// An edit puts text in the place of a span.
type edit struct {
	span
	text string
}

// apply returns the text after the edit.
func (e edit) apply(text string) string { return text[:e.start] + e.text + text[e.end:] }

// move returns where s is after an edit. It is not ok if the edit changed what
// is there.
func (s span) move(e edit) (moved span, ok bool) {
	switch by := len(e.text) - (e.end - e.start); {
	case e.end <= s.start:
		return span{s.start + by, s.end + by}, true
	case e.start >= s.end:
		return s, true
	}
	return s, false
}

// difference returns the edit that makes the one text of the other, leaving what
// they have in common at the start and at the end.
func difference(from, to string) edit {
	start := 0
	for start < len(from) && start < len(to) && from[start] == to[start] {
		start++
	}
	end := 0
	for end < len(from)-start && end < len(to)-start && from[len(from)-1-end] == to[len(to)-1-end] {
		end++
	}
	return edit{span{start, len(from) - end}, to[start : len(to)-end]}
}
