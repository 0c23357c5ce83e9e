// Package memcachedtest gives tests a Memcached of their own.
package memcachedtest

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/bradfitz/gomemcache/memcache"
)

// Start runs a server until the end of the test, which it skips where there is no
// Memcached.
func Start(t *testing.T) *memcache.Client {
	server, err := exec.LookPath("memcached")
	if err != nil {
		t.Skip("no Memcached here")
	}
	dir, err := os.MkdirTemp("", "memcachedtest-") // the path of a socket is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	socket := filepath.Join(dir, "s")
	args := []string{"-s", socket}
	if os.Getuid() == 0 {
		args = append(args, "-u", "root")
	}
	cmd := exec.Command(server, args...)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	mc := memcache.New(socket)
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := mc.Ping()
		if err == nil {
			return mc
		}
		if time.Now().After(end) {
			t.Fatal("Memcached does not answer:", err)
		}
	}
}
