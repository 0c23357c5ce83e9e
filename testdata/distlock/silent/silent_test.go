package silent

import (
	"context"
	"testing"

	"github.com/redis/go-redis/v9"
)

// F17: tests hold and lose locks on purpose.
//
//distlock:silent unchecked plaindelete eagerdefer F17
func TestBusy(t *testing.T) {
	ctx, rdb := context.Background(), redis.NewClient(&redis.Options{})
	rdb.SetNX(ctx, "svc:lock:a", "other", 0)
	defer rdb.Del(ctx, "svc:lock:a").Err()
}
