// Package weaktoken has locks whose token is the same for all owners.
package weaktoken

import (
	"context"
	"time"

	redigo "github.com/gomodule/redigo/redis"
	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

const source = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) else return 0 end`

var release = redis.NewScript(source)

func global(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, "locked", time.Minute).Result() // want `weaktoken: the comparison at weaktoken\.go:\d+ finds everybody to be the owner of lock key: all have the token "locked"`
	if err != nil || !ok {
		return err
	}
	defer release.Run(ctx, rdb, []string{key}, "locked")
	work()
	return nil
}

type Lock struct {
	rdb *redis.Client
	key string
}

const token = "1"

func (l *Lock) Lock(ctx context.Context) (bool, error) {
	return l.rdb.SetNX(ctx, l.key, token, time.Minute).Result() // want `weaktoken: the comparison at weaktoken\.go:\d+ finds everybody to be the owner of lock l\.key: all have the token "1"`
}

func (l *Lock) Unlock(ctx context.Context) error {
	return l.rdb.Eval(ctx, source, []string{l.key}, token).Err()
}

func rediGo(conn redigo.Conn, key string, work func()) error {
	_, err := redigo.String(conn.Do("SET", key, 1, "NX", "EX", 30)) // want `weaktoken: the comparison at weaktoken\.go:\d+ finds everybody to be the owner of lock key: all have the token 1`
	if err != nil {
		return err
	}
	work()
	_, err = redigo.NewScript(1, source).Do(conn, key, 1)
	return err
}

//distlock:silent weaktoken
func unique(ctx context.Context, rdb *redis.Client, key string, work func()) error {
	token := uuid.NewString()
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer release.Run(ctx, rdb, []string{key}, token)
	work()
	return nil
}

//distlock:silent weaktoken
func given(ctx context.Context, rdb *redis.Client, key, token string, work func()) error {
	ok, err := rdb.SetNX(ctx, key, token, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	work()
	return rdb.DelExArgs(ctx, key, redis.DelExArgs{Mode: "IFEQ", MatchValue: token}).Err()
}

type own struct {
	rdb        *redis.Client
	key, token string
}

//distlock:silent weaktoken
func (l *own) TryLock(ctx context.Context) bool {
	l.token = uuid.NewString()
	return l.rdb.SetNX(ctx, l.key, l.token, time.Minute).Val()
}

func (l *own) Unlock(ctx context.Context) error {
	return release.Run(ctx, l.rdb, []string{l.key}, l.token).Err()
}
