package rules

import (
	"fmt"
	"slices"
	"strings"
)

// A Severity is "error", "warning" or "note".
type Severity string

const (
	Error   Severity = "error"   // where it runs, it deadlocks, crashes or breaks the lock
	Warning Severity = "warning" // it does so if other goroutines come at a bad time
	Note    Severity = "note"    // nothing fails, but the code says something else than it does
)

var severities = []Severity{Error, Warning, Note}

// graded has the rules that are no errors. A check stands for its categories that are
// not here themselves.
var graded = map[string]Severity{
	"missingunlock/panic": Warning,

	"doublelock/recursiveread": Warning,

	"lockorder":          Warning,
	"lockorder/opposite": Warning,
	"lockorder/ring":     Warning,

	"unlockunheld/foreign": Warning,
	"unlockunheld/through": Warning,

	"blockinglock":           Warning,
	"blockinglock/never":     Error,
	"blockinglock/once":      Error,
	"blockinglock/count":     Error,
	"blockinglock/excess":    Error,
	"blockinglock/late":      Error,
	"blockinglock/itself":    Error,
	"blockinglock/undrained": Error,
	"blockinglock/negative":  Error,
	"blockinglock/twice":     Error,
	"blockinglock/nilfunc":   Error,

	"condwait/recheck":     Warning,
	"condwait/untested":    Warning,
	"condwait/signal":      Warning,
	"condwait/latch":       Warning,
	"condwait/unannounced": Warning,
	"condwait/event":       Warning,
	"condwait/lost":        Warning,

	"distlock":              Warning,
	"distlock/unit":         Error,
	"distlock/plaindelete":  Error,
	"distlock/weaktoken":    Error,
	"distlock/checkthenset": Error,
	"distlock/unchecked":    Error,
	"distlock/notheld":      Error,
	"distlock/eagerdefer":   Error,
	"distlock/deadctx":      Error,

	"guardedby": Warning,

	"copylocks": Warning,
	"waitgroup": Warning,
	"SA2000":    Warning,
	"SA2001":    Warning,
	"SA2002":    Warning,

	"contract/malformed": Warning,
	"slowlock":           Note,
	"ignore":             Note,
}

// SeverityOf returns how grave the findings of a rule are.
func SeverityOf(check, category string) Severity {
	for _, name := range []string{Name(check, category), check} {
		if s, ok := graded[name]; ok {
			return s
		}
	}
	return Error
}

// Severities are a user's own grades, by the patterns of Parse. The longest pattern
// that matches a rule counts.
type Severities map[string]Severity

// Check returns an error that names the first pattern without a rule, or the first
// grade that does not exist.
func (s Severities) Check(all []Rule) error {
	patterns := make([]string, 0, len(s))
	for p := range s {
		patterns = append(patterns, p)
	}
	slices.Sort(patterns)
	for _, p := range patterns {
		if err := known(p, all); err != nil {
			return err
		}
		if !slices.Contains(severities, s[p]) {
			return fmt.Errorf("%s = %q: a severity is error, warning or note%s", p, s[p], Suggest(string(s[p]), []string{"error", "warning", "note"}))
		}
	}
	return nil
}

// Of returns the severity of a rule: the user's grade, or else that of SeverityOf.
func (s Severities) Of(check, category string) Severity {
	best := ""
	for p := range s {
		if matches(p, check, category) && (len(p) > len(best) || len(p) == len(best) && p < best) {
			best = p
		}
	}
	if best == "" {
		return SeverityOf(check, category)
	}
	return s[best]
}

// Count returns a sentence part such as "2 errors, 1 warning" for the severities.
func Count(all []Severity) string {
	var parts []string
	for _, s := range severities {
		n := 0
		for _, have := range all {
			if have == s {
				n++
			}
		}
		switch {
		case n == 1:
			parts = append(parts, "1 "+string(s))
		case n > 1:
			parts = append(parts, fmt.Sprintf("%d %ss", n, s))
		}
	}
	return strings.Join(parts, ", ")
}
