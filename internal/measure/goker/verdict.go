package main

import (
	"path/filepath"
	"regexp"
	"slices"
	"strconv"

	"github.com/lockvet/lockvet/internal/frontend"
	"github.com/lockvet/lockvet/internal/measure/borrowed"
)

// A result is what lockvet says about one kernel.
type result struct {
	kernel   string
	cause    *cause // nil where the bug has nothing to do with locks
	found    []frontend.Finding
	wrong    []frontend.Finding
	also     []frontend.Finding
	borrowed []frontend.Finding // shown, but count neither for lockvet nor against it
}

// judge sorts the reports on a kernel by where they stand.
func judge(kernel string, c *cause, reports []frontend.Finding) result {
	res := result{kernel: kernel, cause: c}
	for _, r := range reports {
		fits := func(m mark) bool { return m.fits(r) }
		switch {
		case slices.Contains(borrowed.Checks, r.Check):
			res.borrowed = append(res.borrowed, r)
		case c != nil && slices.ContainsFunc(c.at, fits):
			res.found = append(res.found, r)
		case c != nil && slices.ContainsFunc(c.also, fits):
			res.also = append(res.also, r)
		default:
			res.wrong = append(res.wrong, r)
		}
	}
	return res
}

// verdict is the word for res. A kernel whose cause is found and that has a
// wrong report besides is both.
func (res result) verdict() string {
	switch {
	case len(res.found) > 0 && len(res.wrong) > 0:
		return "found+wrong"
	case len(res.found) > 0:
		return "found"
	case len(res.wrong) > 0:
		return "wrong"
	case res.cause != nil:
		return "missed"
	default:
		return "silent"
	}
}

// messagePlace finds the file:line places that a message mentions.
var messagePlace = regexp.MustCompile(`([\w.-]+\.go):(\d+)`)

// namedLines returns the lines of the report's own file that it names: as its
// place, as a related place, or in its message. A kernel is one file.
func namedLines(r frontend.Finding) []int {
	lines := []int{r.Start.Line}
	for _, s := range r.Related {
		if s.Start.File == r.Start.File {
			lines = append(lines, s.Start.Line)
		}
	}
	for _, m := range messagePlace.FindAllStringSubmatch(r.Message, -1) {
		if m[1] == filepath.Base(r.Start.File) {
			n, _ := strconv.Atoi(m[2]) // at worst 0, which no mark has
			lines = append(lines, n)
		}
	}
	return lines
}
