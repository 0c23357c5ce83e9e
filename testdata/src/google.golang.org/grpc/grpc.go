// Package grpc is a stub of grpc-go.
package grpc

import "context"

type CallOption interface{ option() }

type ClientConnInterface interface {
	Invoke(ctx context.Context, method string, args any, reply any, opts ...CallOption) error
}

type ClientStream interface {
	RecvMsg(m any) error
	CloseSend() error
}
