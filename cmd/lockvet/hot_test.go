package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
)

// Four bottlenecks with known causes, in testdata/hot, are found in the right order and
// with the right advice. LOCKVET_HOT_RUNS says how many times in a row; docs/hot.md has
// the result for ten.
func TestHotBottlenecks(t *testing.T) {
	if testing.Short() {
		t.Skip("runs a program with contention, and analyses std")
	}
	runs := 1
	if s := os.Getenv("LOCKVET_HOT_RUNS"); s != "" {
		var err error
		if runs, err = strconv.Atoi(s); err != nil {
			t.Fatal(err)
		}
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "lockvet"+exeSuffix())
	build := exec.Command("go", "build", "-o", filepath.Dir(tool)+string(filepath.Separator), "./cmd/lockvet", "./cmd/lockvet-see")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for run := range runs {
		cmd := exec.Command(tool, "hot", "-test", "-format=json", "-trace="+filepath.Join(t.TempDir(), "trace"), ".")
		cmd.Dir = filepath.Join(root, "testdata", "hot")
		cmd.Env = append(os.Environ(), "GOWORK=off")
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		type advice struct{ Kind string }
		var r struct {
			Total  float64 `json:"total_ns"`
			Joined float64 `json:"joined_ns"`
			Locks  []struct {
				Class  string
				Max    float64 `json:"max_ns"`
				P95    float64 `json:"p95_ns"`
				Waited float64 `json:"waited_ns"`
				Advice []advice
			}
			Queues []struct {
				Class   string
				Cap     int
				Verdict string
				Advice  []advice
			}
		}
		if err := json.Unmarshal(out, &r); err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, l := range r.Locks {
			if !strings.HasPrefix(l.Class, "example.com/hot.") {
				continue // of the testing package
			}
			line := strings.TrimPrefix(l.Class, "example.com/hot.")
			for _, a := range l.Advice {
				line += " " + a.Kind
			}
			got = append(got, line)
			if l.P95 <= 0 || l.Max < l.P95 || l.Max > l.Waited*1.1 {
				t.Errorf("run %d: %s: waited %v, p95 %v, max %v", run, l.Class, l.Waited, l.P95, l.Max)
			}
		}
		for _, q := range r.Queues {
			if q.Class == "example.com/hot.Pipe.ch" {
				got = append(got, strings.TrimPrefix(q.Class, "example.com/hot.")+" "+strconv.Itoa(q.Cap)+" "+q.Verdict)
			}
		}
		want := "Log.mu slow\nConfig.mu read\nCounters.mu split\nPipe.ch 16 full: receivers are the slow side"
		if g := strings.Join(got, "\n"); g != want {
			t.Errorf("run %d: got\n%s\nwant\n%s", run, g, want)
		}
		if r.Joined < 0.95*r.Total {
			t.Errorf("run %d: %.0f of %.0f ns joined", run, r.Joined, r.Total)
		}
	}
}

func exeSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}
