package weaktoken

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

func goroutine() string {
	stack := make([]byte, 64)
	stack = stack[:runtime.Stack(stack, false)]
	return strings.Fields(string(stack))[1]
}

func worker() string { return fmt.Sprintf("%d-%s", os.Getpid(), goroutine()) }

type numbered struct {
	rdb        *redis.Client
	key, token string
}

func newNumbered(rdb *redis.Client, key string) *numbered {
	return &numbered{rdb: rdb, key: key, token: worker()}
}

func (l *numbered) set(ctx context.Context, key, value string) (bool, error) {
	return l.rdb.SetNX(ctx, key, value, time.Minute).Result()
}

func (l *numbered) TryLock(ctx context.Context) (bool, error) {
	return l.set(ctx, l.key, l.token) // want `weaktoken: holders on two machines pass the comparison at numbers\.go:\d+: the token of lock l\.key is made of process and goroutine numbers`
}

func (l *numbered) Unlock(ctx context.Context) error {
	return release.Run(ctx, l.rdb, []string{l.key}, l.token).Err()
}

func ofProcess(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	token := strconv.Itoa(os.Getpid())
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result() // want `weaktoken: holders on two machines pass the comparison at numbers\.go:\d+: the token of lock key is made of process numbers`
	if err != nil || !ok {
		return err
	}
	defer release.Run(context.WithoutCancel(ctx), rdb, []string{key}, token)
	work()
	return nil
}

//distlock:silent weaktoken
func ofProcessAndHost(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	host, err := os.Hostname()
	if err != nil {
		return err
	}
	token := fmt.Sprintf("%s-%d", host, os.Getpid())
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer release.Run(context.WithoutCancel(ctx), rdb, []string{key}, token)
	work()
	return nil
}

type mixed struct {
	rdb        *redis.Client
	key, token string
}

func newMixed(rdb *redis.Client, key string) *mixed {
	return &mixed{rdb: rdb, key: key, token: worker() + uuid.NewString()}
}

//distlock:silent weaktoken
func (l *mixed) TryLock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Result()
}

func (l *mixed) Unlock(ctx context.Context) error {
	return release.Run(ctx, l.rdb, []string{l.key}, l.token).Err()
}

type given2 struct {
	rdb        *redis.Client
	key, token string
}

func newGiven2(rdb *redis.Client, key, token string) *given2 {
	if token == "" {
		token = worker()
	}
	return &given2{rdb: rdb, key: key, token: token}
}

//distlock:silent weaktoken
func (l *given2) TryLock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Result()
}

func (l *given2) Unlock(ctx context.Context) error {
	return release.Run(ctx, l.rdb, []string{l.key}, l.token).Err()
}
