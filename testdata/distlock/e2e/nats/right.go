// Package nats misuses keys of JetStream's buckets as locks, and uses them right. Its
// tests show on a server in the process what the difference is.
package nats

import (
	"context"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const ttl = time.Second

func right(ctx context.Context, js jetstream.JetStream, work func()) error {
	kv, err := js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{Bucket: "locks", TTL: ttl})
	if err != nil {
		return err
	}
	rev, err := kv.Create(ctx, "lock.d", nil)
	if err != nil {
		return err
	}
	work()
	return kv.Delete(context.WithoutCancel(ctx), "lock.d", jetstream.LastRevision(rev))
}
