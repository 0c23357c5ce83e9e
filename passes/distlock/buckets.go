package distlock

import (
	"strings"

	"github.com/lockvet/lockvet/passes/distlock/internal/client"
	"github.com/lockvet/lockvet/passes/distlock/internal/trace"
)

// A key of a NATS bucket lives as long as the bucket says, which is known where the
// package makes the bucket.
// https://pkg.go.dev/github.com/nats-io/nats.go/jetstream#KeyValueConfig
func (c *checker) bucketTTL(e *trace.Event) {
	if e.Backend != client.NATS || e.TTL.Kind != client.TTLUnknown || e.Op != client.Acquire || e.On == nil {
		return
	}
	for _, source := range c.origins(e.On) {
		if source.Made == nil {
			return
		}
		fn := client.Callee(source.Made.Common())
		if fn == nil || !strings.HasPrefix(fn.Name(), "Create") {
			return // one that is there already
		}
		args := client.Args(source.Made.Common())
		config := client.Fields(args[len(args)-1])
		if config == nil {
			return
		}
		if ttl := config["TTL"]; ttl != nil {
			e.TTL.TTL = client.TTL{Kind: client.TTLValue, Value: ttl}
			e.TTL.Expr = c.pkg.Of(ttl)
		} else {
			e.TTL.Kind = client.TTLNever
		}
	}
}
