// Package scripts keeps its Lua scripts in files, and in variables.
package scripts

import (
	"context"
	_ "embed"
	"errors"
	"time"

	"github.com/google/uuid"
	"github.com/redis/go-redis/v9"
)

//go:embed release.lua
var release string

var (
	//go:embed extend.lua
	extend []byte

	inline = `if redis.call("get", KEYS[1]) == ARGV[1] then return redis.call("del", KEYS[1]) end return 0`

	object = redis.NewScript(release)
)

// The script is a file.
func fromFile(ctx context.Context, rdb *redis.Client, work func()) error {
	ok, err := rdb.SetNX(ctx, "file:lock", "me", time.Minute).Result() // want `weaktoken: `
	if err != nil || !ok {
		return err
	}
	defer rdb.Eval(context.Background(), release, []string{"file:lock"}, "me")
	work()
	return nil
}

// The script is in a script object, which is made of a file.
func fromObject(ctx context.Context, rdb *redis.Client, work func()) error {
	ok, err := rdb.SetNX(ctx, "object:lock", "me", time.Minute).Result() // want `weaktoken: `
	if err != nil || !ok {
		return err
	}
	defer object.Run(context.Background(), rdb, []string{"object:lock"}, "me")
	work()
	return nil
}

// The script is in a variable.
func fromVariable(ctx context.Context, rdb *redis.Client, work func()) error {
	ok, err := rdb.SetNX(ctx, "variable:lock", "me", time.Minute).Result() // want `weaktoken: `
	if err != nil || !ok {
		return err
	}
	defer rdb.Eval(context.Background(), inline, []string{"variable:lock"}, "me")
	work()
	return nil
}

// The token is the holder's own.
//
//distlock:silent weaktoken
func ownToken(ctx context.Context, rdb *redis.Client, work func()) error {
	me := uuid.NewString()
	ok, err := rdb.SetNX(ctx, "own:lock", me, time.Minute).Result()
	if err != nil || !ok {
		return err
	}
	defer rdb.Eval(context.Background(), release, []string{"own:lock"}, me)
	work()
	return nil
}

var errLost = errors.New("lost")

// The file is kept as bytes.
func renew(ctx context.Context, rdb *redis.Client, me string) error {
	reply, err := rdb.Eval(ctx, string(extend), []string{"own:lock"}, me, 60000).Result()
	if err != nil {
		return err
	}
	if reply == 0 { // want `answer: `
		return errLost
	}
	return nil
}

// A field that is set from itself has no text.
type copied struct{ script *redis.Script }

func copyOf(c *copied) *copied { return &copied{script: c.script} }

func (c *copied) release(ctx context.Context, rdb *redis.Client, me string) error {
	return c.script.Run(ctx, rdb, []string{"own:lock"}, me).Err()
}
