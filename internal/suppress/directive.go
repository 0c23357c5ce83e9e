// Package suppress lets a comment in the source silence a finding.
//
// go vet and gopls have no suppression of their own, so it is done inside the
// analyzers: Wrap puts a filter between a check and the driver. Drivers that
// have their own set Off.
package suppress

import (
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/lockvet/lockvet/internal/contract"
)

// form is how a directive is written.
type form int

const (
	lockvetIgnore  form = iota // //lockvet:ignore check[,check] reason
	lintIgnore                 // //lint:ignore check[,check] reason
	lintFileIgnore             // //lint:file-ignore check[,check] reason
	nolint                     // //nolint, //nolint:check[,check]
)

// borrowed gives, for a check that other tools run too, the name under which
// golangci-lint's users know it. Comments in the others' syntax may be meant
// for the other tool, so they are honoured but never called unused.
var borrowed = map[string]string{
	"copylocks": "govet",
	"waitgroup": "govet",
	"SA2000":    "staticcheck",
	"SA2001":    "staticcheck",
	"SA2002":    "staticcheck",
}

// Borrowed returns the name of golangci-lint's linter that has a check too; ""
// for the checks that only lockvet has.
func Borrowed(check string) string { return borrowed[check] }

// A directive is one comment that silences findings in a range of lines.
type directive struct {
	form     form
	pos, end token.Pos
	ownLine  bool // nothing but the comment stands on its line
	from, to int  // the lines it covers
	items    []*item
	problem  string // why it is malformed and has no effect; or ""
}

// An item is one name in a directive's list of checks.
// The name is empty in a //nolint that names nothing and covers everything.
type item struct {
	name string
	used bool
}

// IsDirective reports whether a comment's text (with its slashes) is addressed
// to a linter rather than to a reader.
func IsDirective(comment string) bool {
	_, ok := parse(comment)
	return ok || strings.HasPrefix(comment, "//lint:") || strings.HasPrefix(comment, "//go:")
}

// parse reads one comment; ok is false if it is no directive of a known form.
func parse(comment string) (d directive, ok bool) {
	if contract.Is(comment) || contract.IsOrder(comment) || contract.IsGuard(comment) {
		return d, false // the check of that name reads it
	}
	if rest, ok := strings.CutPrefix(comment, "//lockvet:"); ok {
		d.form = lockvetIgnore
		args, ok := cutWord(rest, "ignore")
		if !ok {
			d.problem = "its word is not ignore, acquires, releases, holds, excludes, before, leaf or guardedby"
			return d, true
		}
		d.parseArgs(args)
		return d, true
	}
	if rest, ok := strings.CutPrefix(comment, "//lint:"); ok {
		if args, ok := cutWord(rest, "ignore"); ok {
			d.form = lintIgnore
			d.parseArgs(args)
			return d, true
		}
		if args, ok := cutWord(rest, "file-ignore"); ok {
			d.form = lintFileIgnore
			d.parseArgs(args)
			return d, true
		}
		return d, false
	}
	// A missing space is a rule for directives that golangci-lint does not
	// make, so neither do we here.
	if rest, ok := strings.CutPrefix(strings.TrimLeft(comment, "/ "), "nolint"); ok && strings.HasPrefix(comment, "//") {
		return parseNolint(rest)
	}
	// With a space it is prose to Go's tools; but if it reads like the
	// directive, somebody believes that it works.
	if rest, ok := strings.CutPrefix(strings.TrimLeft(strings.TrimPrefix(comment, "//"), " \t"), "lockvet:"); ok {
		args, ok := cutWord(rest, "ignore")
		if !ok {
			return d, false
		}
		d.parseArgs(args)
		d.problem = "no space may stand between // and lockvet"
		return d, len(d.items) > 0
	}
	return d, false
}

// usage says how a comment is written that silences a finding.
const usage = "; write //lockvet:ignore check reason"

// parseArgs reads "check[,check] reason".
func (d *directive) parseArgs(args string) {
	checks, reason, _ := strings.Cut(args, " ")
	// A comment inside the comment is not a list, but is good as a reason.
	if strings.HasPrefix(checks, "//") {
		checks = ""
	}
	d.addItems(checks)
	reason = strings.TrimSpace(strings.TrimLeft(reason, "/ \t"))
	switch {
	case len(d.items) == 0:
		d.problem = "it names no check" + usage
	case reason == "":
		d.problem = "it gives no reason" + usage
	}
}

// parseNolint reads what follows "nolint", as golangci-lint does.
func parseNolint(rest string) (d directive, ok bool) {
	d.form = nolint
	list, isList := strings.CutPrefix(rest, ":")
	switch {
	case isList:
		list, _, _ = strings.Cut(list, "//")
		d.addItems(list)
		if slices.ContainsFunc(d.items, func(it *item) bool { return strings.EqualFold(it.name, "all") }) {
			d.items = []*item{{}}
		}
	case rest == "" || rest[0] == ' ' || rest[0] == '\t':
		d.items = []*item{{}}
	}
	return d, len(d.items) > 0
}

func (d *directive) addItems(list string) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.TrimSpace(name); name != "" {
			d.items = append(d.items, &item{name: name})
		}
	}
}

// covers reports whether the item, in a directive of form f, names the check
// or the category of the check. The category may be empty.
func (it *item) covers(f form, check, category string) bool {
	switch f {
	case nolint:
		return it.name == "" ||
			strings.EqualFold(it.name, "lockvet") ||
			strings.EqualFold(it.name, check) ||
			strings.EqualFold(it.name, borrowed[check])
	case lockvetIgnore:
		// No patterns here: a directive says what it ignores, so that it can
		// be called unused when that is gone.
		return it.name == check || category != "" && it.name == check+"/"+category
	default:
		ok, err := path.Match(it.name, check) // err: a bad pattern matches nothing
		return ok && err == nil || category != "" && it.name == check+"/"+category
	}
}

// accountable reports whether the item speaks to lockvet alone, so that it is
// lockvet's business to say that it does nothing.
func (it *item) accountable(f form, isCheck func(string) bool) bool {
	check, _, _ := strings.Cut(it.name, "/")
	switch f {
	case lockvetIgnore:
		return true
	case nolint:
		return strings.EqualFold(check, "lockvet") || isCheck(strings.ToLower(check)) && borrowed[check] == ""
	default:
		return isCheck(check) && borrowed[check] == ""
	}
}

// cutWord returns what follows word in s, if s is that word or starts with it
// and white space.
func cutWord(s, word string) (rest string, ok bool) {
	rest, ok = strings.CutPrefix(s, word)
	if !ok || rest != "" && rest[0] != ' ' && rest[0] != '\t' {
		return "", false
	}
	return strings.TrimSpace(rest), true
}
