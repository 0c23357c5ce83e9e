package nats

import (
	"context"

	"github.com/nats-io/nats.go/jetstream"
)

func wrongNoExpiry(ctx context.Context, js jetstream.JetStream, work func()) error {
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "stays"})
	if err != nil {
		return err
	}
	rev, err := kv.Create(ctx, "lock.a", nil) // noexpiry
	if err != nil {
		return err
	}
	work()
	return kv.Delete(context.WithoutCancel(ctx), "lock.a", jetstream.LastRevision(rev))
}

func wrongPlainDelete(ctx context.Context, js jetstream.JetStream, work func()) error {
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "locks", TTL: ttl})
	if err != nil {
		return err
	}
	if _, err := kv.Create(ctx, "lock.b", nil); err != nil {
		return err
	}
	work()
	return kv.Delete(context.WithoutCancel(ctx), "lock.b") // plaindelete
}

func wrongNotHeld(ctx context.Context, js jetstream.JetStream, work func()) error {
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "locks", TTL: ttl})
	if err != nil {
		return err
	}
	defer kv.Delete(context.WithoutCancel(ctx), "lock.c") // notheld plaindelete
	if _, err := kv.Create(ctx, "lock.c", nil); err != nil {
		return err
	}
	work()
	return nil
}
