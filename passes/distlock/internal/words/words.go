// Package words takes names and texts apart and looks for words in them: "block"
// and "clock" have no "lock".
package words

import (
	"strings"
	"unicode"
)

// Log are words for functions and packages that print or count.
var Log = Of(`log logs logger logging zap logrus slog zerolog klog glog info infof debug debugf warn warnf warning error errorf
		print printf println trace tracef fatal fatalf panicf with fields sprintf metrics metric observe inc span`)

// Of returns the set of the words in a list that is separated by spaces.
func Of(list string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(list) {
		set[w] = true
	}
	return set
}

// Has reports whether one of the words is in a name or a text.
func Has(text string, set map[string]bool) bool {
	for _, w := range Split(text) {
		if set[w] {
			return true
		}
	}
	return false
}

// Split takes names apart at their humps, and texts at what is not a letter.
func Split(text string) (parts []string) {
	runes := []rune(text)
	start := -1
	flush := func(end int) {
		if start >= 0 {
			parts = append(parts, strings.ToLower(string(runes[start:end])))
		}
		start = -1
	}
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r):
			flush(i)
		case start < 0:
			start = i
		case unicode.IsUpper(r) && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])):
			flush(i)
			start = i
		}
	}
	flush(len(runes))
	return parts
}
