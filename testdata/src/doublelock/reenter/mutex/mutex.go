// Package mutex has a lock that who has it can take again, as the context tells.
package mutex

import (
	"context"
	"sync"
)

type Mutex struct{ mu sync.Mutex }

type key struct{ m *Mutex }

func (m *Mutex) held(ctx context.Context) bool {
	_, ok := ctx.Value(key{m}).(struct{})
	return ok
}

// With runs do with a context that says that m is held.
func (m *Mutex) With(ctx context.Context, do func(context.Context) error) error {
	if m.held(ctx) {
		return do(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return do(context.WithValue(ctx, key{m}, struct{}{}))
}

// Forget does not tell do.
func (m *Mutex) Forget(ctx context.Context, do func(context.Context) error) error {
	if m.held(ctx) {
		return do(ctx)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return do(ctx)
}
