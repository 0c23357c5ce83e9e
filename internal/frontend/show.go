package frontend

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/lockvet/lockvet/internal/rules"
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
		fmt.Fprintf(&out, "%s: %s: %s [%s]\n", escape(f.Start.String()), f.Severity, escape(f.Message), f.Tag())
		for _, s := range f.Related {
			fmt.Fprintf(&out, "\t%s: %s\n", escape(s.Start.String()), escape(s.Message))
		}
	}
	return out.Bytes()
}

// Tag names the check and, if it has a name of its own, the category.
func (f *Finding) Tag() string { return rules.Name(f.Check, f.Category) }

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
