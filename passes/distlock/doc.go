// Package distlock defines an Analyzer that reports misuse of locks that live
// in a store.
//
// # Analyzer distlock
//
// distlock: report misuse of locks in Redis, etcd, Consul, ZooKeeper and SQL
//
// A lock in a store is shared by processes that can die, be paused, or lose
// their connection.
package distlock
