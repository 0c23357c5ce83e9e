package frontend

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"log"
	"path"
	"strings"

	"github.com/lockvet/lockvet/internal/lazyregexp"
)

// A key says which finding a finding is, over changes of the code around it: it
// has what it says and the line it stands on, but no line numbers, and the package
// instead of the directory, so that it does not matter where lockvet is run.
type key struct {
	Package  string `json:"package"`
	File     string `json:"file"` // its base name
	Check    string `json:"check"`
	Category string `json:"category,omitempty"`
	Message  string `json:"message"`
	Source   string `json:"source"`

	// Nth counts those that are alike in all this, from the top of the file.
	Nth int `json:"nth,omitempty"`
}

// numbers matches the line, and the column, of a place in a message.
var numbers = lazyregexp.New(`(\.go):\d+(:\d+)?`)

// keys returns the key of each finding. They are all different.
func (r *Report) keys(src *sources) []key {
	seen := make(map[key]int)
	keys := make([]key, len(r.Findings))
	for i, f := range r.Findings {
		k := key{
			Package: f.Package, File: path.Base(f.Start.File),
			Check: f.Check, Category: f.Category,
			Message: numbers.ReplaceAllString(f.Message, "$1"),
			Source:  strings.TrimLeft(src.line(f.Start.File, f.Start.Line), " \t"),
		}
		seen[k]++
		keys[i] = k
		if n := seen[k]; n > 1 {
			keys[i].Nth = n
		}
	}
	return keys
}

// fingerprint is the key in a form that says nothing but is short.
func (k key) fingerprint() string {
	text, err := json.Marshal(k)
	if err != nil {
		log.Panicf("strings and a number are not JSON: %v", err)
	}
	hash := sha256.Sum256(text)
	return hex.EncodeToString(hash[:16])
}
