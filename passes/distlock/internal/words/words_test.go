package words

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	for text, want := range map[string][]string{
		"userLockKey":     {"user", "lock", "key"},
		"HTTPServerLock":  {"http", "server", "lock"},
		"blockClock":      {"block", "clock"},
		"job:lock_%d":     {"job", "lock", "d"},
		"RedisMutex2Name": {"redis", "mutex", "name"},
		"":                nil,
	} {
		if got := Split(text); !slices.Equal(got, want) {
			t.Errorf("Split(%q) = %q, want %q", text, got, want)
		}
	}
	if Has("blockClock", Of("lock")) {
		t.Error("a clock is taken for a lock")
	}
}
