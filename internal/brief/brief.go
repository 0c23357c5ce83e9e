// Package brief keeps messages short: of several wordings it takes the first that fits.
package brief

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

// Message is how many characters a message has at most. Lists of findings show a
// message in one line, and the steps below it have the details.
const Message = 140

// lines matches the number of a line, with what is before it.
var lines = lazyregexp.New(`\.go:\d{1,4}`)

// length counts characters. The numbers of lines count as if they had four digits, so
// that a finding that moves in its file keeps its wording, and with it its place in a baseline.
func length(s string) int {
	n := utf8.RuneCountInString(s)
	for _, at := range lines.FindAllStringIndex(s, -1) {
		n += len(".go:0000") - (at[1] - at[0])
	}
	return n
}

// Fit returns the first of the wordings, which are given from the fullest to the
// shortest, that has no more than limit characters, or else the last one.
func Fit(limit int, wordings ...string) string {
	for _, w := range wordings {
		if length(w) <= limit {
			return w
		}
	}
	return wordings[len(wordings)-1]
}

// Sentence puts names into a format. While the result has more than limit characters,
// the longest name gives up what it is qualified with, or, if that says too much, its
// middle, down to a few characters.
func Sentence(limit int, format string, names ...string) string {
	args := make([]any, len(names))
	for i, n := range names {
		args[i] = n
	}
	s := fmt.Sprintf(format, args...)
	over := length(s) - limit
	if over <= 0 {
		return s
	}
	longest, has := 0, 0
	for i, n := range names {
		if l := utf8.RuneCountInString(n); l > has {
			longest, has = i, l
		}
	}
	const least = 8
	// Each use of the name gets shorter, so one step may be enough where a name stands twice.
	keep := max(has-over, least)
	if keep >= has {
		return s
	}
	names = append([]string(nil), names...)
	if last, ok := unqualified(names, longest); ok {
		names[longest] = last
	} else {
		names[longest] = Middle(names[longest], max(keep, has/2))
	}
	return Sentence(limit, format, names...)
}

// unqualified returns a name without the package and the type before it, if what is left
// is a word by which the name is still told from the others.
func unqualified(names []string, i int) (last string, ok bool) {
	const word = 6 // "mu" and "func1" say nothing by themselves
	tail := func(name string) string { return name[strings.LastIndexByte(name, '.')+1:] }
	last = tail(names[i])
	if strings.ContainsRune(names[i], ':') {
		return "", false // a place, with the name of a file
	}
	if last == names[i] || utf8.RuneCountInString(last) < word {
		return "", false
	}
	for j, name := range names {
		if name != names[i] && tail(name) == last || j != i && name == last {
			return "", false
		}
	}
	return last, true
}

// Middle shortens a name to n characters: its ends say more than its middle.
func Middle(name string, n int) string {
	runes := []rune(name)
	if len(runes) <= n {
		return name
	}
	front := (n - 1) / 2
	return string(runes[:front]) + "…" + string(runes[len(runes)-(n-1-front):])
}

// Func writes the name of a function without the package, the parentheses and the star
// of its receiver: "Cache.evict" for "(*cache.Cache).evict".
func Func(name string) string {
	return strings.NewReplacer("(*", "", "(", "", ")", "").Replace(name)
}
