// Package libraries has calls of clients of other libraries in critical sections.
package libraries

import (
	"context"
	"sync"

	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
	"github.com/redis/rueidis"
)

type store struct {
	mu     sync.Mutex
	client *redis.Client
	any    redis.Cmdable
}

func (s *store) goRedis(ctx context.Context) {
	s.mu.Lock()
	s.client.Get(ctx, "k") // want `redis.Client.Get waits for a Redis server`
	s.mu.Unlock()
	s.mu.Lock()
	s.any.Get(ctx, "k") // want `redis.StringCmdable.Get waits for a Redis server`
	s.mu.Unlock()
}

// A pipeline collects commands until Exec.
func (s *store) pipeline(ctx context.Context) {
	p := s.client.Pipeline()
	s.mu.Lock()
	p.Get(ctx, "k")
	s.mu.Unlock()
	s.mu.Lock()
	q := s.any.Pipeline()
	q.Get(ctx, "k")
	s.mu.Unlock()
	s.mu.Lock()
	_, _ = q.Exec(ctx) // want `redis.Pipeliner.Exec waits for a Redis server`
	s.mu.Unlock()
	var own redis.Pipeline
	s.mu.Lock()
	own.Get(ctx, "k")
	s.mu.Unlock()
}

type wrapper struct{ *redis.Client }

func (s *store) embedded(ctx context.Context, w wrapper) {
	s.mu.Lock()
	w.Get(ctx, "k") // want `redis.Client.Get waits for a Redis server`
	s.mu.Unlock()
}

func (s *store) redigo(c redigo.Conn) {
	s.mu.Lock()
	_ = c.Send("GET", "k")
	s.mu.Unlock()
	s.mu.Lock()
	_, _ = c.Do("GET", "k") // want `redis.Conn.Do waits for a Redis server`
	s.mu.Unlock()
}

func (s *store) rueidis(ctx context.Context, c rueidis.Client) {
	s.mu.Lock()
	c.Do(ctx, rueidis.Completed{}) // want `rueidis.CommandClient.Do waits for a Redis server`
	c.Close()
	s.mu.Unlock()
	s.mu.Lock()
	c.Close()
	s.mu.Unlock()
}
