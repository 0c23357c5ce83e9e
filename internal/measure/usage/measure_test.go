package usage

import (
	"context"
	"os"
	"os/exec"
	"testing"
	"time"
)

func TestProcessGroup(t *testing.T) {
	for stat, want := range map[string]int{
		"42 (go) S 7 40 40 0 -1 4194304":       40,
		"42 (odd) name (x) S 7 41 40 0 -1 419": 41,
		"":                                     0,
	} {
		if got := processGroup(stat); got != want {
			t.Errorf("processGroup(%q) = %d, want %d", stat, got, want)
		}
	}
}

func TestStatusBytes(t *testing.T) {
	const status = "Name:\tx\nVmHWM:\t    2048 kB\nVmRSS:\t    1024 kB\nThreads:\t3\n"
	for field, want := range map[string]int64{"VmHWM": 2 << 20, "VmRSS": 1 << 20, "VmSwap": 0} {
		if got := statusBytes(status, field); got != want {
			t.Errorf("%s = %d, want %d", field, got, want)
		}
	}
}

// The measuring itself, on a process that is sure to exist: a child that waits.
func TestRun(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no /proc")
	}
	s, err := Run(exec.CommandContext(t.Context(), "sh", "-c", "sleep 0.3; exit 3"), "")
	if exit, ok := err.(*exec.ExitError); !ok || exit.ExitCode() != 3 {
		t.Fatalf("got error %v, want exit status 3", err)
	}
	if s.Wall < 300*time.Millisecond || s.Tree == 0 {
		t.Errorf("got %+v", s)
	}
}

// When the context ends, so do the command's children.
func TestRunInterrupted(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	s, err := Run(exec.CommandContext(ctx, "sh", "-c", "sleep 60; true"), "")
	if err == nil || s.Wall > 30*time.Second {
		t.Errorf("took %v, error %v", s.Wall, err)
	}
}
