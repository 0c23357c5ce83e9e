package main

import (
	"strings"
	"testing"
	"time"

	"github.com/lockvet/lockvet/internal/measure/usage"
)

func TestPrintTable(t *testing.T) {
	mk := func(wall, cpu time.Duration, tree, largest int64) usage.Sample {
		return usage.Sample{Wall: wall * time.Second, CPU: cpu * time.Second, Tree: tree << 20, Largest: largest << 20}
	}
	samples := map[string][]usage.Sample{
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

// A command that fails has its own words in the error.
func TestTurn(t *testing.T) {
	if _, err := turn(t.Context(), ".", "", nil, "ls", "/no such file"); err == nil || !strings.Contains(err.Error(), "no such file") {
		t.Errorf("a command that fails: %v", err)
	}
}
