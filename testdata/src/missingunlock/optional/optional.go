// Package optional uses a lock of another package that both its Lock and its Unlock leave alone if a slice, which nobody sets later, is not empty.
package optional

import (
	"strings"

	"missingunlock/optional/table"
)

func Matching(t *table.Table, prefix string) []string {
	t.RLock()
	defer t.RUnlock()
	var found []string
	for _, r := range t.Rows {
		if !strings.HasPrefix(r, prefix) {
			continue
		}
		found = append(found, r)
	}
	return found
}

func Add(t *table.Table, row string) {
	t.Lock()
	defer t.Unlock()
	t.Rows = append(t.Rows, row)
}

func First(t *table.Table) string {
	t.RLock()
	if len(t.Rows) == 0 {
		return "" // want `return with t\.mu still read-locked`
	}
	r := t.Rows[0]
	t.RUnlock()
	return r
}
