package libraries

import (
	"context"

	"google.golang.org/grpc"
)

// As protoc-gen-go-grpc generates it.
type greeterClient interface {
	Hello(ctx context.Context, in *string, opts ...grpc.CallOption) (*string, error)
}

type greeter struct{ cc grpc.ClientConnInterface }

func (g *greeter) Hello(ctx context.Context, in *string, opts ...grpc.CallOption) (*string, error) {
	out := new(string)
	return out, g.cc.Invoke(ctx, "/hello", in, out, opts...)
}

type users struct{ names greeterClient }

func (s *store) grpc(ctx context.Context, g *greeter, u users, stream grpc.ClientStream) {
	s.mu.Lock()
	_, _ = g.Hello(ctx, nil) // want `libraries.greeter.Hello waits for a gRPC peer`
	s.mu.Unlock()
	s.mu.Lock()
	_ = stream.RecvMsg(nil) // want `grpc.ClientStream.RecvMsg waits for a gRPC peer`
	s.mu.Unlock()
	s.mu.Lock()
	_ = stream.CloseSend()
	s.mu.Unlock()
}

type otherGreeter struct{}

func (otherGreeter) Hello(ctx context.Context, in *string, opts ...grpc.CallOption) (*string, error) {
	return in, nil
}

func (s *store) grpcInterface(ctx context.Context, u users) {
	s.mu.Lock()
	_, _ = u.names.Hello(ctx, nil) // want `libraries.greeterClient.Hello waits for a gRPC peer`
	s.mu.Unlock()
}
