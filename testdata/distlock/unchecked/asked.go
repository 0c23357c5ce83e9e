package unchecked

import (
	"context"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

// A seat remembers whether it is taken.
type seat struct {
	rdb  *redis.Client
	id   string
	held bool
}

func newSeat(rdb *redis.Client) *seat { return &seat{rdb: rdb, id: uuid.NewString()} }

func (s *seat) tryLock(ctx context.Context) bool {
	ok, err := s.rdb.SetNX(ctx, "seat:lock", s.id, 10*time.Second).Result()
	s.held = err == nil && ok
	return s.held
}

func (s *seat) isHeld() bool { return s.held }

func (s *seat) leave(ctx context.Context) {
	s.held = false
	s.rdb.Eval(ctx, `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`, []string{"seat:lock"}, s.id)
}

// The seat is asked before the work.
//
//distlock:silent unchecked
func asked(ctx context.Context, s *seat, tick <-chan time.Time, work func()) {
	defer s.leave(ctx)
	for range tick {
		if !s.isHeld() {
			s.tryLock(ctx)
		}
		if s.isHeld() {
			work()
		}
	}
}

func unasked(ctx context.Context, s *seat, work func()) {
	s.tryLock(ctx) // want `unchecked: the code below also runs without .*: nobody looks at whether it was acquired`
	defer s.leave(ctx)
	work()
}
