package lsp

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

// A character of a position counts UTF-16 units unless the two sides agree on others:
// 𝄞 is two of them, four bytes, and one code point.
func TestOffset(t *testing.T) {
	const text = "a𝄞é\r\n\nend"
	for _, test := range []struct {
		e      encoding
		p      position
		offset int
	}{
		{utf16Units, position{0, 0}, 0},
		{utf16Units, position{0, 1}, 1},
		{utf16Units, position{0, 2}, 1}, // within the pair
		{utf16Units, position{0, 3}, 5},
		{utf16Units, position{0, 4}, 7},
		{utf16Units, position{0, 99}, 7}, // the line's end is before its carriage return
		{utf16Units, position{1, 0}, 9},
		{utf16Units, position{1, 5}, 9},
		{utf16Units, position{2, 3}, 13},
		{utf16Units, position{9, 9}, 13},
		{utf8Bytes, position{0, 5}, 5},
		{utf8Bytes, position{0, 3}, 1}, // within the character
		{utf32Runes, position{0, 2}, 5},
		{utf32Runes, position{0, 3}, 7},
	} {
		if got := test.e.offset(text, test.p); got != test.offset {
			t.Errorf("%s: position %v is at %d, want %d", test.e, test.p, got, test.offset)
		}
	}
}

// Positions and offsets are each other's inverse at the bounds of characters, and the
// UTF-16 count is that of the standard library.
func TestPositionOfOffset(t *testing.T) {
	text := randomText(rand.New(rand.NewPCG(3, 4)), 400)
	for _, e := range []encoding{utf16Units, utf8Bytes, utf32Runes} {
		for i := range text {
			if text[i] == '\r' || i > 0 && text[i-1] == '\r' && text[i] == '\n' {
				continue // both are the end of the line
			}
			p := e.position(text, i)
			if got := e.offset(text, p); got != i {
				t.Fatalf("%s: offset %d is position %v, which is offset %d", e, i, p, got)
			}
			line := text[:i]
			line = line[strings.LastIndexByte(line, '\n')+1:]
			if want := len(utf16.Encode([]rune(line))); e == utf16Units && p.Character != want {
				t.Fatalf("offset %d is character %d, want %d", i, p.Character, want)
			}
		}
	}
}

// randomText returns a text of all sorts of characters and line ends.
func randomText(random *rand.Rand, length int) string {
	alphabet := []string{"a", "\t", "é", "語", "𝄞", "😀", "\n", "\r\n", "�"}
	var b strings.Builder
	for range length {
		b.WriteString(alphabet[random.IntN(len(alphabet))])
	}
	return b.String()
}

// An edit that is cut down to what is different makes the same text.
func TestDifference(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		from := randomText(random, random.IntN(20))
		to := from
		if i := random.IntN(len(from) + 1); random.IntN(3) > 0 {
			to = from[:i] + randomText(random, random.IntN(5)) + from[i+random.IntN(len(from)-i+1):]
		}
		e := difference(from, to)
		if got := e.apply(from); got != to {
			t.Fatalf("%q became %q, want %q", from, got, to)
		}
		if e.end-e.start > len(from) || from == to && (e.start != e.end || e.text != "") {
			t.Fatalf("the difference of %q and %q is %+v", from, to, e)
		}
	}
}

// A span follows edits beside it, and is lost to those within.
func TestMove(t *testing.T) {
	s := span{4, 8}
	for _, test := range []struct {
		e    edit
		want span
		ok   bool
	}{
		{edit{span{0, 0}, "xy"}, span{6, 10}, true},
		{edit{span{0, 4}, ""}, span{0, 4}, true},
		{edit{span{8, 8}, "x"}, span{4, 8}, true},
		{edit{span{9, 12}, ""}, span{4, 8}, true},
		{edit{span{5, 5}, "x"}, s, false},
		{edit{span{3, 5}, ""}, s, false},
		{edit{span{0, 99}, ""}, s, false},
	} {
		if got, ok := s.move(test.e); got != test.want || ok != test.ok {
			t.Errorf("after %+v: %v, %v; want %v, %v", test.e, got, ok, test.want, test.ok)
		}
	}
}

// A line and a column in bytes, as the go command gives them, may be wrong for a text
// that has changed meanwhile; the offset is in the text all the same.
func TestByteOffset(t *testing.T) {
	const text = "ab\r\ncd"
	for _, test := range []struct{ line, column, offset int }{
		{1, 1, 0}, {1, 3, 2}, {1, 9, 2}, {2, 1, 4}, {2, 9, 6}, {9, 9, 6}, {0, 0, 0},
	} {
		if got := byteOffset(text, test.line, test.column); got != test.offset || !utf8.ValidString(text[:got]) {
			t.Errorf("%d:%d is at %d, want %d", test.line, test.column, got, test.offset)
		}
	}
}
