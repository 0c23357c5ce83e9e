package weaktoken

import (
	"context"
	"os"
	"time"

	"cirello.io/dynamolock/v2"
	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

func generated(rs *redsync.Redsync) *redsync.Mutex {
	return rs.NewMutex("report", redsync.WithGenValueFunc(func() (string, error) { return "me", nil })) // want `weaktoken: all holders have the token "me", so the library finds everybody to be the owner: a holder whose lock has expired releases that of the next`
}

func option(ctx context.Context, locker *redislock.Client) (*redislock.Lock, error) {
	return locker.Obtain(ctx, "report", time.Minute, &redislock.Options{Token: "me"}) // want `weaktoken: all holders have the token "me"`
}

func named(db dynamolock.DynamoDBClient) (*dynamolock.Client, error) {
	return dynamolock.New(db, "locks", dynamolock.WithOwnerName("me")) // want `weaktoken: all clients have the name "me", and nothing but the name is compared`
}

func beat(c *dynamolock.Client, lock *dynamolock.Lock) error {
	return c.SendHeartbeat(lock, dynamolock.UnsafeMatchOwnerOnly())
}

func candidate(ctx context.Context, lease *resourcelock.LeaseLock, lead func(context.Context)) {
	lease.LockConfig = resourcelock.ResourceLockConfig{Identity: "controller"} // want `weaktoken: all candidates have the identity "controller": each finds itself to be the leader`
	leaderelection.RunOrDie(ctx, leaderelection.LeaderElectionConfig{
		Lock:      lease,
		Callbacks: leaderelection.LeaderCallbacks{OnStartedLeading: lead, OnStoppedLeading: func() {}},
	})
}

// Each process has a token of its own.
//
//distlock:silent weaktoken
func handedOver(ctx context.Context, locker *redislock.Client, token string) (*redislock.Lock, error) {
	return locker.Obtain(ctx, "report", time.Minute, &redislock.Options{Token: token, RetryStrategy: redislock.NoRetry()})
}

func host(lease *resourcelock.LeaseLock) error {
	name, err := os.Hostname()
	lease.LockConfig = resourcelock.ResourceLockConfig{Identity: name}
	return err
}

func process(rs *redsync.Redsync, id string) *redsync.Mutex {
	return rs.NewMutex("report", redsync.WithGenValueFunc(func() (string, error) { return id + time.Now().String(), nil }))
}
