// Package rpc has a server of gRPC, whose methods are given the contexts of calls.
package rpc

import (
	"context"

	"distlock.test/kinds/locker"
)

// UnimplementedBankServer is as protoc-gen-go-grpc makes it.
type UnimplementedBankServer struct{}

type Request struct{ Name string }

type Reply struct{}

func (UnimplementedBankServer) Pay(context.Context, *Request) (*Reply, error) { return nil, nil }

type bank struct {
	UnimplementedBankServer
	locks *locker.Locker
}

func (b *bank) Pay(ctx context.Context, r *Request) (*Reply, error) {
	ok, err := b.locks.Acquire(ctx, "pay", "t1")
	if err != nil || !ok {
		return nil, err
	}
	defer b.locks.Release(ctx, "pay", "t1") // want `deadctx: `
	return &Reply{}, pay(ctx)
}

// No method of the service.
//
//distlock:silent deadctx
func (b *bank) pay(ctx context.Context) error {
	ok, err := b.locks.Acquire(ctx, "pay2", "t1")
	if err != nil || !ok {
		return err
	}
	defer b.locks.Release(ctx, "pay2", "t1")
	return pay(ctx)
}

func pay(context.Context) error { return nil }
