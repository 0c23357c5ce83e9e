// Package redis is a stub of go-redis with its types embedded as there.
package redis

import "context"

type StringCmd struct{ val string }

func (c *StringCmd) Result() (string, error) { return c.val, nil }

type Cmder interface{}

type StringCmdable interface {
	Get(ctx context.Context, key string) *StringCmd
}

type Cmdable interface {
	Pipeline() Pipeliner
	StringCmdable
}

type cmdable func(ctx context.Context, cmd Cmder) error

func (c cmdable) Get(ctx context.Context, key string) *StringCmd {
	cmd := new(StringCmd)
	_ = c(ctx, cmd)
	return cmd
}

type Client struct {
	cmdable
}

func (c *Client) Pipeline() Pipeliner { return new(Pipeline) }

type Pipeliner interface {
	Cmdable
	Exec(ctx context.Context) ([]Cmder, error)
}

type Pipeline struct {
	cmdable
}

func (p *Pipeline) Pipeline() Pipeliner                       { return p }
func (p *Pipeline) Exec(ctx context.Context) ([]Cmder, error) { return nil, nil }
