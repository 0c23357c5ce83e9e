// Package rueidis is a stub of rueidis.
package rueidis

import "context"

type Completed struct{}
type RedisResult struct{}

type CommandClient interface {
	Do(ctx context.Context, cmd Completed) RedisResult
}

type CoreClient interface {
	CommandClient
	Close()
}

type Client interface {
	CoreClient
}
