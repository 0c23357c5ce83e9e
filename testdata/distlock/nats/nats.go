// Package nats has locks that are keys of a bucket of JetStream.
package nats

import (
	"context"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

type locker struct{ kv jetstream.KeyValue }

func newLocker(ctx context.Context, js jetstream.JetStream) (*locker, error) {
	kv, err := js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "locks", TTL: time.Minute})
	if err != nil {
		return nil, err
	}
	return &locker{kv}, nil
}

func (l *locker) with(ctx context.Context, name string, work func() error) error {
	if _, err := l.kv.Create(ctx, "lock."+name, []byte("1")); err != nil {
		return err
	}
	defer l.kv.Delete(context.WithoutCancel(ctx), "lock."+name) // want `plaindelete: `
	return work()
}

//distlock:silent plaindelete noexpiry
func (l *locker) owned(ctx context.Context, name string, work func() error) error {
	rev, err := l.kv.Create(ctx, "lock."+name, []byte("1"))
	if err != nil {
		return err
	}
	defer l.kv.Delete(context.WithoutCancel(ctx), "lock."+name, jetstream.LastRevision(rev))
	return work()
}

// A bucket whose keys stay.
func forGood(ctx context.Context, js jetstream.JetStream, name string, work func() error) error {
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "jobs"})
	if err != nil {
		return err
	}
	if _, err := kv.Create(ctx, "lock."+name, nil); err != nil { // want `noexpiry: `
		return err
	}
	defer kv.Delete(context.WithoutCancel(ctx), "lock."+name)
	return work()
}

func keyTTL(ctx context.Context, js jetstream.JetStream, name string, work func() error) error {
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "jobs"})
	if err != nil {
		return err
	}
	if _, err := kv.Create(ctx, "lock."+name, nil, jetstream.KeyTTL(time.Minute)); err != nil {
		return err
	}
	err = work()
	kv.Purge(ctx, "lock."+name) // want `plaindelete: `
	return err
}

func early(js nats.JetStreamContext, name string, work func() error) error {
	kv, err := js.CreateKeyValue(&nats.KeyValueConfig{Bucket: "locks", TTL: time.Minute})
	if err != nil {
		return err
	}
	key := "lock." + name
	defer kv.Delete(key) // want `notheld: ` `plaindelete: `
	if _, err := kv.Create(key, []byte("1")); err != nil {
		return err
	}
	return work()
}

// A bucket that somebody else makes.
//
//distlock:silent noexpiry
func given(ctx context.Context, kv jetstream.KeyValue, name string, work func() error) error {
	rev, err := kv.Create(ctx, "lock."+name, nil)
	if err != nil {
		return err
	}
	defer kv.Delete(context.WithoutCancel(ctx), "lock."+name, jetstream.LastRevision(rev))
	return work()
}

// Users are no locks.
//
//distlock:silent plaindelete
func user(ctx context.Context, js jetstream.JetStream, name string, register func() error) error {
	kv, err := js.CreateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "users"})
	if err != nil {
		return err
	}
	if _, err := kv.Create(ctx, "user."+name, nil); err != nil {
		return err
	}
	if err := register(); err != nil {
		kv.Delete(ctx, "user."+name)
		return err
	}
	return nil
}
