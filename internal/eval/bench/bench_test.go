package main

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestPrintTable(t *testing.T) {
	mk := func(wall, cpu time.Duration, tree, largest int64) sample {
		return sample{wall * time.Second, cpu * time.Second, tree << 20, largest << 20}
	}
	samples := map[string][]sample{
		"lockvet": {mk(12, 20, 300, 60), mk(40, 22, 330, 60), mk(11, 21, 360, 60)},
		"ssatool": {mk(10, 20, 300, 0), mk(40, 20, 300, 0), mk(10, 20, 300, 0)},
	}
	var got strings.Builder
	if err := printTable(&got, []string{"lockvet", "ssatool"}, samples); err != nil {
		t.Fatal(err)
	}
	const want = `MEDIAN   WALL   CPU    MEMORY  ONE PROCESS
lockvet  12.0s  21.0s  330MB   60MB
ssatool  10.0s  20.0s  300MB   0MB

RATIO              WALL              CPU               MEMORY            ONE PROCESS
lockvet / ssatool  1.10 (1.00-1.20)  1.05 (1.00-1.10)  1.10 (1.00-1.20)  -
`
	if got.String() != want {
		t.Errorf("got\n%s\nwant\n%s", got.String(), want)
	}
}

func TestMedian(t *testing.T) {
	if got := median([]float64{9, 1, 5}); got != 5 {
		t.Errorf("odd: %v", got)
	}
	if got := median([]float64{4, 1, 2, 9}); got != 3 {
		t.Errorf("even: %v", got)
	}
}

func TestRotate(t *testing.T) {
	tools := []contender{&vetContender{tool: "a"}, &vetContender{tool: "b"}, &vetContender{tool: "c"}}
	for round, want := range []string{"abc", "bca", "cab", "abc"} {
		got := ""
		for _, tool := range rotate(tools, round) {
			got += tool.name()
		}
		if got != want {
			t.Errorf("round %d: %s, want %s", round, got, want)
		}
	}
}

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
func TestMeasure(t *testing.T) {
	if _, err := os.Stat("/proc/self/status"); err != nil {
		t.Skip("no /proc")
	}
	s, err := measure(t.Context(), ".", "", nil, "sleep", "0.3")
	if err != nil {
		t.Fatal(err)
	}
	if s.wall < 300*time.Millisecond || s.tree == 0 {
		t.Errorf("got %+v", s)
	}
	if _, err := measure(t.Context(), ".", "", nil, "ls", "/no such file"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a command that fails: %v", err)
	}
}
