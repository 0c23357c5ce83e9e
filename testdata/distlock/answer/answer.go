// Package answer has answers that are compared with numbers.
package answer

import (
	"context"
	"errors"
	"time"

	redigo "github.com/gomodule/redigo/redis"
	"github.com/redis/go-redis/v9"
)

var errLost = errors.New("the lock was lost")

const owned = `if redis.call("GET", KEYS[1]) == ARGV[1] then return redis.call("DEL", KEYS[1]) else return 0 end`

var release = redis.NewScript(owned)

func script(ctx context.Context, rdb *redis.Client, key, token string) error {
	answer, err := release.Run(ctx, rdb, []string{key}, token).Result()
	if err != nil {
		return err
	}
	if answer == 0 { // want `answer: the answer never equals the int 0: it is an int64, and two types are never equal in an interface`
		return errLost
	}
	return nil
}

func eval(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	answer, err := rdb.Eval(ctx, owned, []string{key}, token).Result()
	return answer == 1, err // want `answer: the answer never equals the int 1: `
}

func redigoScript(conn redigo.Conn, key, token string) (bool, error) {
	answer, err := redigo.NewScript(1, owned).Do(conn, key, token)
	return answer != uint64(0), err // want `answer: the answer never equals the uint64 0: `
}

func texts(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	answer, err := rdb.Eval(ctx, owned, []string{key}, token).Result()
	return answer != "ERR", err // want `answer: the answer never equals the string "ERR": `
}

// A script may answer with a text.
//
//distlock:silent answer
func mayBeText(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	answer, err := rdb.Eval(ctx, `if redis.call("GET", KEYS[1]) == ARGV[1] then redis.call("DEL", KEYS[1]) return "OK" else return 0 end`, []string{key}, token).Result()
	return answer == "OK", err
}

// An int64 is what it is.
//
//distlock:silent answer
func int64s(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	answer, err := rdb.Eval(ctx, owned, []string{key}, token).Result()
	return answer == int64(1), err
}

//distlock:silent answer
func converted(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	answer, err := rdb.Eval(ctx, owned, []string{key}, token).Int()
	return answer == 1, err
}

//distlock:silent answer
func asserted(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	answer, err := rdb.Eval(ctx, owned, []string{key}, token).Result()
	n, ok := answer.(int64)
	return ok && n == 1, err
}

//distlock:silent answer
func redigoInt(conn redigo.Conn, key, token string) (bool, error) {
	answer, err := redigo.Int(redigo.NewScript(1, owned).Do(conn, key, token))
	return answer != 0, err
}

//distlock:silent answer
func nothing(ctx context.Context, rdb *redis.Client, key, token string) (bool, error) {
	answer, err := rdb.Eval(ctx, owned, []string{key}, token).Result()
	return answer != nil, err
}

// A client of the program's own.
type conn interface {
	SetNX(key, value string, expiry time.Duration) (bool, error)
	Eval(script *source, keysAndArgs ...any) (any, error)
}

type source struct {
	keys int
	text string
}

func newSource(keys int, text string) *source { return &source{keys, text} }

var ownRelease = newSource(1, owned)

func own(c conn, key, token string) (bool, error) {
	answer, err := c.Eval(ownRelease, key, token)
	if err != nil {
		return false, err
	}
	return answer != 0, nil // want `answer: the answer never equals the int 0: `
}

func ownInt64(c conn, key, token string) (bool, error) {
	answer, err := c.Eval(ownRelease, key, token)
	if err != nil {
		return false, err
	}
	return answer != int64(0), nil
}
