// Package dynamo has locks of dynamolock.
package dynamo

import (
	"context"
	"log"
	"time"

	"cirello.io/dynamolock/v2"
)

func missing(c *dynamolock.Client, work func() error) error {
	lock, err := c.AcquireLock("report")
	if err != nil {
		return err
	}
	if err := work(); err != nil {
		return err // want `missingrelease: nobody gets the lock before the client is closed: this path does not release it \(acquired at dynamo\.go:\d+\)`
	}
	_, err = c.ReleaseLock(lock)
	return err
}

func logged(ctx context.Context, c *dynamolock.Client, work func()) {
	lock, err := c.AcquireLockWithContext(ctx, "report", dynamolock.FailIfLocked()) // want `unchecked: the code below also runs without the lock: the function continues where it was not acquired`
	if err != nil {
		log.Println(err)
	}
	defer lock.Close()
	work()
}

type jobs struct{ locks *dynamolock.Client }

func (j *jobs) run(ctx context.Context, work func(context.Context)) error {
	lock, err := j.locks.AcquireLockWithContext(ctx, "jobs")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer j.locks.ReleaseLockWithContext(ctx, lock) // want `deadctx: the release of the lock is refused: the cancel that is deferred later, at dynamo\.go:\d+, runs first`
	defer cancel()
	work(ctx)
	return nil
}

//distlock:silent missingrelease
func closed(c *dynamolock.Client, work func() error) error {
	lock, err := c.AcquireLock("report")
	if err != nil {
		return err
	}
	defer lock.Close()
	return work()
}

//distlock:silent missingrelease
func (j *jobs) acquire(name string, ready func() bool) (*dynamolock.Lock, error) {
	lock, err := j.locks.AcquireLock(name)
	if err != nil {
		return nil, err
	}
	if !ready() {
		_, err := j.locks.ReleaseLock(lock)
		return nil, err
	}
	return lock, nil
}
