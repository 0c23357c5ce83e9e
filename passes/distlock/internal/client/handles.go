package client

import (
	"go/constant"

	"golang.org/x/tools/go/ssa"
)

// Libraries whose locks are objects.

func addHandles() {
	// https://pkg.go.dev/github.com/go-redsync/redsync/v4
	redsync := library{trim: "Context", rows: map[string]row{
		"Mutex.Lock":    {op: Acquire, backend: Redsync, key: recv, outcomes: errOnly},
		"Mutex.TryLock": {op: Acquire, backend: Redsync, key: recv, outcomes: errOnly},
		"Mutex.Unlock":  {op: Release, backend: Redsync, key: recv, owned: true},
		"Mutex.Extend":  {op: Extend, backend: Redsync, key: recv, owned: true},
	}}
	register(redsync, "github.com/go-redsync/redsync/v4", "github.com/go-redsync/redsync/v3", "github.com/go-redsync/redsync", "gopkg.in/redsync.v1")

	// https://pkg.go.dev/github.com/bsm/redislock
	register(library{rows: map[string]row{
		"Client.Obtain": {op: Acquire, backend: Redislock, key: result, ttl: 1, outcomes: errOnly},
		"Obtain":        {op: Acquire, backend: Redislock, key: result, ttl: 2, outcomes: errOnly},
		"Lock.Release":  {op: Release, backend: Redislock, key: recv, owned: true},
		"Lock.Refresh":  {op: Extend, backend: Redislock, key: recv, ttl: 0, owned: true},
	}}, "github.com/bsm/redislock")

	// https://pkg.go.dev/go.etcd.io/etcd/client/v3/concurrency
	register(library{rows: map[string]row{
		"Mutex.Lock":        {op: Acquire, backend: Etcd, key: recv, outcomes: errOnly},
		"Mutex.TryLock":     {op: Acquire, backend: Etcd, key: recv, outcomes: errOnly},
		"Mutex.Unlock":      {op: Release, backend: Etcd, key: recv, owned: true},
		"Election.Campaign": {op: Acquire, backend: Etcd, key: recv, outcomes: errOnly},
		"Election.Resign":   {op: Release, backend: Etcd, key: recv, owned: true},
	}}, "go.etcd.io/etcd/client/v3/concurrency", "go.etcd.io/etcd/clientv3/concurrency",
		"github.com/coreos/etcd/clientv3/concurrency")

	// https://pkg.go.dev/github.com/hashicorp/consul/api. Lock returns a nil channel
	// and no error if it was told to stop waiting.
	register(library{rows: map[string]row{
		"Lock.Lock":         {op: Acquire, backend: Consul, key: recv, outcomes: ptrErr},
		"Lock.Unlock":       {op: Release, backend: Consul, key: recv, owned: true},
		"Semaphore.Acquire": {op: Acquire, backend: Consul, key: recv, outcomes: ptrErr},
		"Semaphore.Release": {op: Release, backend: Consul, key: recv, owned: true},
		"KV.Acquire":        {special: consulPair(Acquire)},
		"KV.Release":        {special: consulPair(Release)},
		"KV.Put":            {special: consulPut},
		"KV.Get":            {op: Read, backend: ConsulKey},
		"KV.Delete":         {op: Release, backend: ConsulKey},
	}}, "github.com/hashicorp/consul/api")

	// https://pkg.go.dev/github.com/go-zookeeper/zk. A node that is not ephemeral stays
	// when its session ends.
	register(library{rows: map[string]row{
		"Lock.Lock":         {op: Acquire, backend: ZooKeeper, key: recv, outcomes: errOnly},
		"Lock.LockWithData": {op: Acquire, backend: ZooKeeper, key: recv, outcomes: errOnly},
		"Lock.Unlock":       {op: Release, backend: ZooKeeper, key: recv, owned: true},
		"Conn.Create":       {special: createNode},
		"Conn.Delete":       {op: Release, backend: ZNode},
		"Conn.Exists":       {op: Read, backend: ZNode},
	}}, "github.com/go-zookeeper/zk", "github.com/samuel/go-zookeeper/zk")

	// https://pkg.go.dev/cirello.io/dynamolock/v2. The client keeps its locks alive
	// until it is closed.
	register(library{trim: "WithContext", rows: map[string]row{
		"Client.AcquireLock":   {op: Acquire, backend: Dynamo, key: result, outcomes: errOnly},
		"Client.ReleaseLock":   {op: Release, backend: Dynamo, owned: true},
		"Client.SendHeartbeat": {op: Extend, backend: Dynamo, owned: true},
		"Lock.Close":           {op: Release, backend: Dynamo, key: recv, owned: true},
	}}, "cirello.io/dynamolock/v2", "cirello.io/dynamolock")

	// Of these the rules look at what else than acquisitions: the context that
	// https://pkg.go.dev/github.com/redis/rueidis/rueidislock gives, the
	// configuration of https://pkg.go.dev/k8s.io/client-go/tools/leaderelection, and
	// for how long a task of https://pkg.go.dev/github.com/hibiken/asynq is unique.
	register(library{}, "github.com/hibiken/asynq", "github.com/redis/rueidis/rueidislock", "github.com/valkey-io/valkey-go/valkeylock",
		"k8s.io/client-go/tools/leaderelection", "k8s.io/client-go/tools/leaderelection/resourcelock")
}

// consulPair is KV().Acquire(&KVPair{Key: k, Session: id}, nil).
func consulPair(op Op) func(call) []Event {
	return func(c call) []Event {
		if len(c.args) < 1 {
			return nil
		}
		ev := Event{Op: op, Backend: ConsulKey, Command: c.name, Keys: c.args[:1], Owned: op == Release}
		if op == Acquire {
			ev.Outcomes = okErr
		}
		fields := Fields(c.args[0])
		if key := fields["Key"]; key != nil {
			ev.Keys = []ssa.Value{key}
		}
		ev.Token = fields["Session"]
		return []Event{ev}
	}
}

// consulPut is KV().Put(&KVPair{Key: k, Session: id}, nil): the session is ignored,
// and what the key was is lost.
func consulPut(c call) []Event {
	events := consulPair(Write)(c)
	if events == nil || events[0].Token == nil {
		return nil
	}
	return events
}

// createNode is Create(path, data, flags, acl). It fails if the node is there. What
// nodes keep is mostly data. One with FlagSequence has a name that no other has.
func createNode(c call) []Event {
	if len(c.args) < 3 {
		return nil
	}
	ev := Event{Op: Acquire, Backend: ZNode, Command: c.name, Keys: c.args[:1], Outcomes: errOnly}
	if flags := Const(c.args[2]); flags != nil {
		n, _ := constant.Int64Val(flags)
		if n&flagSequence != 0 {
			return nil
		}
		if n&flagEphemeral == 0 {
			ev.TTL.Kind = TTLNever
		}
	}
	return []Event{ev}
}

// Flags of nodes of ZooKeeper.
const (
	flagEphemeral = 1
	flagSequence  = 2
)
