package prose

import "testing"

func TestCallerHolds(t *testing.T) {
	for text, want := range map[string]bool{
		"The caller must hold mu.": true,
		"c.mu should be held":      true,
		"It requires the lock.":    true,
		"AddAliases registers aliases assuming the http\nread lock is currently held.": true,
		"Put stores a key.":                   false,
		"the number of keys":                  false,
		"Unlock gives the section to others.": false,
	} {
		if got := CallerHolds(text); got != want {
			t.Errorf("CallerHolds(%q) = %t, want %t", text, got, want)
		}
	}
}

func TestSpeaksOfLocks(t *testing.T) {
	for text, want := range map[string]bool{
		"Freeze Freeze holds writers off.": true,
		"Checkout It returns with mu held": true,
		"Put Put stores a key.":            false,
		"threshold":                        false,
	} {
		if got := speaksOfLocks.MatchString(text); got != want {
			t.Errorf("speaksOfLocks(%q) = %t, want %t", text, got, want)
		}
	}
}
