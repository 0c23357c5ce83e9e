// Package distlock defines an Analyzer that reports misuse of locks that live in
// a store.
//
// # Analyzer distlock
//
// distlock: report misuse of locks in Redis, etcd, Consul, SQL and other stores
//
// A lock in a store is shared by processes that die, are paused, or lose their
// connection. It can stay when its holder is gone, and it can go to somebody else
// while its holder works on:
//
//	ok, _ := rdb.SetNX(ctx, "report", "1", 0).Result() // never expires
//	if ok {
//		defer rdb.Del(ctx, "report").Err() // deletes it now, even if another process has it
//		report()
//	}
//
// The client libraries that are known are go-redis (v6 to v9), redigo, rueidis,
// valkey-go, redsync, bsm/redislock, the Redis of go-zero and of GoFrame, etcd's
// clientv3 and its package concurrency, the api of Consul, go-zookeeper,
// dynamolock, client-go's leaderelection, gofrs/flock, gomemcache, NATS JetStream,
// the drivers of MongoDB and S3, and database/sql, sqlx, pgx, gorm, bun, ent, xorm
// and go-pg for advisory locks of PostgreSQL, GET_LOCK of MySQL and FOR UPDATE; and
// interfaces of the program that look like a client of Redis or run SQL. Lua
// scripts are known by their text. So are files that are created with O_EXCL, and rows
// of tables that are called locks. A key that is set if it is not there counts as
// a lock if it is given up again, or is called one.
//
// Each category has a flag of its name, as -distlock.plainextend. About expiry:
//
//   - noexpiry: the lock never expires.
//   - twostep: it is acquired first and gets its expiry later.
//   - unit: a time to live in the wrong unit.
//   - tooshort: a lock that expires before the work under it can end.
//
// About the holder:
//
//   - plaindelete: a release that deletes the lock even if another process holds it.
//   - comparedelete: a release that compares the holder and deletes the lock in two steps, or a renewal that compares and extends.
//   - weaktoken: a token that is the same for all holders.
//   - loserextends: an expiry set by a process that did not get the lock.
//   - plainextend: a renewal even if another process holds the lock. Off by default.
//   - sharedhandle: calls share a lock object that has one holder. Off by default.
//
// About results and paths:
//
//   - checkthenset: a lock that is tested and then taken, in two steps.
//   - overwrite: a lock that is set whether or not somebody has it.
//   - unchecked: the result of the acquisition is ignored.
//   - answer: an answer that is compared with a number of another type, and never equal to it.
//   - notheld: a release although the lock was not acquired.
//   - missingrelease: a path without the release that other paths have.
//   - eagerdefer: a deferred call whose receiver releases at once.
//   - deadctx: a release with a context that is cancelled by then, or a request's.
//   - workctx: a release with the context that limits the work. Off by default.
//   - nilchannel: a lock of Consul whose channel may be nil.
//   - lostsignal: the signal that the lock is lost is dropped, or ends nothing.
//   - lostlock: a lock of Consul or etcd whose loss goes unnoticed. Off by default.
//   - unfenced: a write that nothing refuses when the lock is lost. Off by default.
//   - unlockresult: a release whose result, that the lock was lost, is dropped. Off by default.
//
// About sessions and connections:
//
//   - sessionctx: an etcd session whose context has a deadline.
//   - sharedsession: etcd locks that share a session.
//   - sessionleak: an etcd session that is never closed.
//   - leader: a leader whose work does not end with its term.
//   - anyconn: a session lock of a database through a pool.
//   - xactlock: a transaction lock, or FOR UPDATE, outside of a transaction.
//   - returnedconn: a connection that goes back to its pool with a lock.
//   - sessionintx: a session lock that is expected to end with a transaction.
//   - beforecommit: a lock that is released before the write under it is committed.
package distlock
