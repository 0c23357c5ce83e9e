// Package redistest gives tests a Redis of their own.
package redistest

import (
	"context"
	"net"
	"os/exec"
	"testing"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
)

// A Server is a Redis on loopback, and a client of it.
type Server struct {
	Client *redis.Client
	mini   *miniredis.Miniredis
}

// Start runs redis-server until the end of the test, or miniredis where there is
// none.
func Start(t *testing.T) *Server {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		t.Log("no redis-server here: this is miniredis")
		mini := miniredis.RunT(t)
		return connect(t, mini.Addr(), mini)
	}
	_, port, err := net.SplitHostPort(freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(path, "--bind", "127.0.0.1", "--port", port, "--save", "", "--appendonly", "no", "--dir", t.TempDir())
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Kill()
		server.Wait()
	})
	return connect(t, "127.0.0.1:"+port, nil)
}

func connect(t *testing.T, addr string, mini *miniredis.Miniredis) *Server {
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { rdb.Close() })
	for deadline := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := rdb.Ping(context.Background()).Err()
		if err == nil {
			return &Server{rdb, mini}
		}
		if time.Now().After(deadline) {
			t.Fatalf("redis-server does not answer: %v", err)
		}
	}
}

func freeAddress(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Advance lets time pass.
func (s *Server) Advance(d time.Duration) {
	if s.mini != nil {
		s.mini.FastForward(d)
		return
	}
	time.Sleep(d)
}
