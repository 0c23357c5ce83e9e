package toolchain

import (
	"strings"
	"testing"
)

func TestRefusal(t *testing.T) {
	for _, test := range []struct {
		theirs, ours string
		refused      bool
	}{
		{"go1.26.8", "go1.26.8", false},
		{"go1.26.9", "go1.26.1", false},
		{"go1.25.3", "go1.26.1", false},
		{"go1.27.3", "go1.26.8", true},
		{"go1.27rc1", "go1.26.8 X:nodwarf5", true},
		{"go2.0", "go1.99", true},
		{"devel go1.28-1234567", "go1.26.8", false},
		{"", "go1.26.8", false},
	} {
		err := refusal(test.theirs, test.ours)
		if (err != nil) != test.refused {
			t.Errorf("go command %q, built with %q: %v", test.theirs, test.ours, err)
		}
		if err != nil && (strings.Contains(err.Error(), "\n") || !strings.Contains(err.Error(), test.theirs)) {
			t.Errorf("%q is not one line that names %s", err, test.theirs)
		}
	}
}
