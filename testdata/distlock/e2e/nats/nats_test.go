package nats

import (
	"context"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	client "github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// start runs a server in the process until the end of the test.
func start(t *testing.T) jetstream.JetStream {
	s, err := server.NewServer(&server.Options{DontListen: true, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true})
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(30 * time.Second) {
		t.Fatal("the server is not ready")
	}
	nc, err := client.Connect("", client.InProcessServer(s))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	return js
}

func held(t *testing.T, js jetstream.JetStream, bucket, key string) bool {
	t.Helper()
	kv, err := js.KeyValue(t.Context(), bucket)
	if err != nil {
		t.Fatal(err)
	}
	_, err = kv.Get(t.Context(), key)
	return err == nil
}

type program func(context.Context, jetstream.JetStream, func()) error

// A process that dies under the lock leaves it.
func TestNoExpiry(t *testing.T) {
	js := start(t)
	for key, c := range map[string]struct {
		p      program
		bucket string
		held   bool
	}{"lock.a": {wrongNoExpiry, "stays", true}, "lock.d": {right, "locks", false}} {
		func() {
			defer func() { recover() }()
			c.p(t.Context(), js, func() { panic("dies") })
		}()
		time.Sleep(2 * ttl)
		if got := held(t, js, c.bucket, key); got != c.held {
			t.Errorf("%s: later the lock is held: %v", key, got)
		}
	}
}

// The lock has expired, somebody else has it, and loses it.
func TestPlainDelete(t *testing.T) {
	js := start(t)
	for key, c := range map[string]struct {
		p    program
		held bool
	}{"lock.b": {wrongPlainDelete, false}, "lock.d": {right, true}} {
		c.p(t.Context(), js, func() { // the right one says that it has lost the lock
			time.Sleep(2 * ttl)
			kv, err := js.KeyValue(t.Context(), "locks")
			if err != nil {
				t.Fatal(err)
			}
			if _, err := kv.Create(t.Context(), key, []byte("next")); err != nil {
				t.Error(key, err)
			}
		})
		if got := held(t, js, "locks", key); got != c.held {
			t.Errorf("%s: the next holder has the lock: %v", key, got)
		}
	}
}

func TestNotHeld(t *testing.T) {
	js := start(t)
	kv, err := js.CreateKeyValue(t.Context(), jetstream.KeyValueConfig{Bucket: "locks", TTL: ttl})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := kv.Create(t.Context(), "lock.c", []byte("first")); err != nil {
		t.Fatal(err)
	}
	if err := wrongNotHeld(t.Context(), js, func() { t.Error("acquired twice") }); err == nil {
		t.Error("no error")
	}
	if held(t, js, "locks", "lock.c") {
		t.Error("who did not get the lock has not deleted it")
	}
}
