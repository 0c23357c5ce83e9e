package silent

import (
	"errors"
	"sync"
	"testing"
)

// Shape 8: a helper of the tests ends the test.

type scoreboard struct {
	mu     sync.Mutex
	points map[string]int
}

func (s *scoreboard) parse(line string) (string, int, error) {
	if line == "" {
		return "", 0, errors.New("empty line")
	}
	return line, len(line), nil
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func mustf(t testing.TB, err error, format string, args ...any) {
	t.Helper()
	if err == nil {
		return
	}
	t.Logf(format, args...)
	t.Fatal(err)
}

// The error branch unlocks and ends the test: nobody comes to the second unlock.
func testScores(t *testing.T, s *scoreboard) {
	for _, line := range []string{"ann", "bob", ""} {
		s.mu.Lock()
		name, n, err := s.parse(line)
		if err != nil {
			s.mu.Unlock()
			must(t, err)
		}
		s.points[name] += n
		s.mu.Unlock()
	}
}

func benchmarkScores(b *testing.B, s *scoreboard) {
	for i := range b.N {
		s.mu.Lock()
		name, n, err := s.parse("carol")
		if err != nil {
			s.mu.Unlock()
			mustf(b, err, "turn %d", i)
		}
		s.points[name] += n
		s.mu.Unlock()
	}
}

// The test ends with the lock held.
func testHeld(t *testing.T, s *scoreboard) {
	s.mu.Lock()
	name, n, err := s.parse("dave")
	if err != nil {
		must(t, err)
		return
	}
	if s.points[name] != n {
		t.Errorf("%s has %d points", name, s.points[name])
	}
	s.mu.Unlock()
}
