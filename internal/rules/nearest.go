package rules

import (
	"fmt"
	"strings"

	"github.com/agext/levenshtein"
)

// near is how alike, from 0 to 1, a misspelt name is to what it was to be.
const near = 0.5

// Suggest returns "; did you mean NAME?" for the name that is most like the given one,
// and nothing if none is like it.
func Suggest(given string, names []string) string {
	best, score := "", near
	for _, name := range names {
		if s := levenshtein.Match(strings.ToLower(given), strings.ToLower(name), nil); s > score {
			best, score = name, s
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; did you mean %s?", best)
}
