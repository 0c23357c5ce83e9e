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
	return rs.NewMutex("report", redsync.WithGenValueFunc(func() (string, error) { return "me", nil })) // want `weaktoken: a holder whose lock has expired releases that of the next: all have the token "me"`
}

func option(ctx context.Context, locker *redislock.Client) (*redislock.Lock, error) {
	return locker.Obtain(ctx, "report", time.Minute, &redislock.Options{Token: "me"}) // want `weaktoken: a holder whose lock has expired releases that of the next: all have the token "me"`
}

func named(db dynamolock.DynamoDBClient) (*dynamolock.Client, error) {
	return dynamolock.New(db, "locks", dynamolock.WithOwnerName("me")) // want `weaktoken: each client finds the others' locks to be its own: all have the name "me", and only that is compared`
}

func beat(c *dynamolock.Client, lock *dynamolock.Lock) error {
	return c.SendHeartbeat(lock, dynamolock.UnsafeMatchOwnerOnly())
}

func candidate(ctx context.Context, lease *resourcelock.LeaseLock, lead func(context.Context)) {
	lease.LockConfig = resourcelock.ResourceLockConfig{Identity: "controller"} // want `weaktoken: each candidate finds itself to be the leader: all have the identity "controller"`
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
