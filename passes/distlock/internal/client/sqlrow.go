package client

import (
	"strings"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

// Rows that are locks because they are there: of a table whose name says so. The
// name stands for the lock, since which row it is mostly is an argument.
var (
	lockTable = lazyregexp.New(`(?i)(^|_)(locks?|locking|leases?|mutex|mutexes|leaders?|leadership|semaphores?)$|(^|_)lock_|[a-z]Locks?$`)

	rowInsert = lazyregexp.New(`(?is)^\s*(insert|replace)(\s+or\s+ignore|\s+ignore|\s+or\s+replace)?\s+into\s+` + tableName + `\s*(\([^()]*\))?`)
	rowDelete = lazyregexp.New(`(?is)^\s*delete\s+from\s+` + tableName + `(\s+where\s+(.*))?$`)
	rowUpdate = lazyregexp.New(`(?is)^\s*update\s+` + tableName + `\s+set\s+(.*?)(\swhere\s+(.*))?$`)
	rowSelect = lazyregexp.New(`(?is)^\s*select\b.*?\bfrom\s+` + tableName)

	doesNothing = lazyregexp.New(`(?is)\bon\s+conflict\b.*\bdo\s+nothing\b`)
	doesUpdate  = lazyregexp.New(`(?is)\bon\s+conflict\b.*\bdo\s+update\b(.*)|\bon\s+duplicate\s+key\s+update\b(.*)`)
	decides     = lazyregexp.New(`(?i)\b(where|if|case|values\s*\(\s*\w*(version|fenc)\w*)\b`)
	returning   = lazyregexp.New(`(?i)\breturning\b`)
	rowEnds     = lazyregexp.New(`(?i)\b\w*(exp|ttl|until|deadline|time|date|created|updated|renewed|heartbeat|beat|seen|_at\b)\w*`)
	compares    = lazyregexp.New(`[<>]`)
	frees       = lazyregexp.New(`(?i)\b(\w*lock\w*|\w*owner\w*|\w*holder\w*|\w*leader\w*)\s*=\s*(null|false|0|''|'')(\W|$)`)
	free        = lazyregexp.New(`(?i)\b(\w*lock\w*|\w*owner\w*|\w*holder\w*|\w*leader\w*)\s*(is\s+null|=\s*(false|0|''))`)
	both        = lazyregexp.New(`(?i)\band\b`)
)

// tableName matches the name of a table, with its schema, and captures the name.
const tableName = "(?:[\"`\\[]?\\w+[\"`\\]]?\\.)?[\"`\\[]?(\\w+)[\"`\\]]?"

// LocksByRow reports whether a statement is about a row that is a lock.
func LocksByRow(text string) bool {
	_, ok := rowStatement(text)
	return ok
}

// rowEvent says what a statement does to a lock that is a row. In a transaction the
// row is nobody else's until that ends.
func rowEvent(c call, text string) []Event {
	ev, ok := rowStatement(text)
	if !ok || c.on != nil && ConnOf(c.on.Type()) == Tx {
		return nil
	}
	ev.Call, ev.On = c.CallInstruction, c.on
	return []Event{ev}
}

func rowStatement(text string) (ev Event, ok bool) {
	ev = Event{Backend: LockRow, Command: "the statement"}
	table := func(name string) bool {
		ev.Text = name
		return lockTable.MatchString(name)
	}
	if m := rowInsert.FindStringSubmatch(text); m != nil && table(m[3]) {
		ev.Op, ev.TTL.Kind = Acquire, rowTTL(text, m[4] != "")
		update := doesUpdate.FindStringSubmatch(text)
		switch {
		case strings.EqualFold(m[1], "replace"), strings.Contains(strings.ToLower(m[2]), "replace"), update != nil && !decides.MatchString(update[1]+update[2]):
			ev.Op = Write
		case update != nil, doesNothing.MatchString(text), m[2] != "":
			if ev.Outcomes = okErr; returning.MatchString(text) {
				ev.Outcomes = errOnly
			}
		default:
			ev.Outcomes = errOnly
		}
		return ev, true
	}
	if m := rowDelete.FindStringSubmatch(text); m != nil && table(m[1]) {
		if ev.Op, ev.Owned = Release, both.MatchString(m[3]); compares.MatchString(m[3]) && rowEnds.MatchString(m[3]) {
			ev.Op, ev.Owned = Read, false // which ones are old
		}
		return ev, true
	}
	if m := rowUpdate.FindStringSubmatch(text); m != nil && table(m[1]) {
		switch set, where := m[2], m[4]; {
		case frees.MatchString(set + " "):
			ev.Op, ev.Owned = Release, both.MatchString(where)
		case free.MatchString(where), compares.MatchString(where) && rowEnds.MatchString(where):
			if ev.Op, ev.Outcomes, ev.TTL.Kind = Acquire, okErr, rowTTL(text, true); returning.MatchString(text) {
				ev.Outcomes = errOnly
			}
		default:
			ev.Op, ev.Owned = Extend, both.MatchString(where)
		}
		return ev, true
	}
	if m := rowSelect.FindStringSubmatch(text); m != nil && table(m[1]) {
		ev.Op = Read
		return ev, true
	}
	return ev, false
}

// rowTTL says when a row that a statement writes ends: never if none of its columns
// has to do with time, and by itself, so to say, if the statement compares one.
func rowTTL(text string, columns bool) TTLKind {
	switch {
	case rowEnds.MatchString(text) && compares.MatchString(text):
		return TTLDefault
	case columns && !rowEnds.MatchString(text):
		return TTLNever
	}
	return TTLUnknown
}
