package usage

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// period is how often the processes are looked at. A vet tool's process lives
// for about 50 ms or longer; more often would disturb what is measured.
const period = 25 * time.Millisecond

// watchMemory looks at the processes of a group in /proc until the function it
// returns is called, which tells the most memory that they held together, and
// that one process running the executable tool held. Where there is no /proc both
// are 0.
func watchMemory(group int, tool string) (stop func() (tree, largest int64)) {
	quit, done := make(chan struct{}), make(chan struct{})
	var tree, largest int64
	go func() {
		defer close(done)
		tick := time.NewTicker(period)
		defer tick.Stop()
		for {
			select {
			case <-quit:
				return
			case <-tick.C:
			}
			t, l := groupMemory(group, tool)
			tree, largest = max(tree, t), max(largest, l)
		}
	}()
	return func() (int64, int64) {
		close(quit)
		<-done
		return tree, largest
	}
}

// groupMemory sums the resident memory of the group's processes, and returns the
// highest peak of those, in any group, that run tool. Processes that end meanwhile
// are skipped.
func groupMemory(group int, tool string) (sum, largest int64) {
	dirs, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range dirs {
		stat, err := os.ReadFile(filepath.Join(dir, "stat"))
		if err != nil {
			continue
		}
		exe, _ := os.Readlink(filepath.Join(dir, "exe")) // fails for what is not ours
		inGroup, isTool := processGroup(string(stat)) == group, exe == tool && tool != ""
		if !inGroup && !isTool {
			continue
		}
		status, err := os.ReadFile(filepath.Join(dir, "status"))
		if err != nil {
			continue
		}
		if inGroup {
			sum += statusBytes(string(status), "VmRSS")
		}
		if isTool {
			largest = max(largest, statusBytes(string(status), "VmHWM"))
		}
	}
	return sum, largest
}

// processGroup reads the process group off /proc/PID/stat, or 0. It is the third
// field after the command's name, which stands in parentheses and may hold any
// character.
func processGroup(stat string) int {
	f := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(f) < 3 {
		return 0
	}
	group, _ := strconv.Atoi(f[2])
	return group
}

// statusBytes reads a size off /proc/PID/status, or 0 where it has none.
func statusBytes(status, field string) int64 {
	_, rest, _ := strings.Cut(status, "\n"+field+":")
	rest, _, _ = strings.Cut(rest, " kB\n")
	kb, _ := strconv.ParseInt(strings.TrimSpace(rest), 10, 64)
	return kb << 10
}
