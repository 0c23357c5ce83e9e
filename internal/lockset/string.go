package lockset

import (
	"fmt"
	"strings"

	"github.com/lockvet/lockvet/internal/model"
)

// knows says what a set knows of the locks in a phase.
var knows = [phases]string{Held: "holds", Retaken: "holds again", Released: "released", Used: "used", GivenUp: "released for the caller", Failed: "did not get"}

// String writes the name of the lock, its mode and its doubts.
func (e *Entry[L, B]) String() string {
	text := fmt.Sprint(e.Lock)
	switch e.Mode {
	case model.Read:
		text += "(r)"
	case model.Slot:
		text += "(s)"
	}
	return text + e.Doubt.String()
}

// String writes what is known of the locks, in one line: by phase, and oldest first. It is empty if nothing is known.
func (s *Set[L, B]) String() string {
	var parts []string
	for p := Unknown + 1; p < phases; p++ {
		var names []string
		for i := range s.entries {
			if s.entries[i].Phase == p {
				names = append(names, s.entries[i].String())
			}
		}
		if len(names) > 0 {
			parts = append(parts, knows[p]+" "+strings.Join(names, ", "))
		}
	}
	return strings.Join(parts, "; ")
}

// String writes what is demanded: held c.mu(r).
func (d Demand[L]) String() string {
	e := Entry[L, struct{}]{Lock: d.Lock, Mode: d.Mode}
	return d.Want.String() + " " + e.String()
}

// String writes the verdict, the violation and the entry: violated: again c.mu.
func (a Answer[L, B]) String() string {
	text := a.Verdict.String()
	if a.Violation != None {
		text += ": " + a.Violation.String()
	}
	if a.Entry != nil {
		text += " " + a.Entry.String()
	}
	return text
}
