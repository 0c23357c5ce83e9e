package kinds

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/bsm/redislock"
	"github.com/go-redsync/redsync/v4"
)

// The renewal fails, is printed, and the work goes on.
func loop(rs *redsync.Redsync, work func()) {
	m := rs.NewMutex("my-global-mutex", redsync.WithExpiry(10*time.Second))
	for {
		if err := m.Lock(); err != nil {
			continue
		}
		t := time.NewTicker(5 * time.Second)
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			defer t.Stop()
			for {
				select {
				case <-t.C:
					if ok, err := m.Extend(); !ok || err != nil { // want `lostsignal: `
						fmt.Println("failed to extend", err)
						continue
					}
				case <-ctx.Done():
					return
				}
			}
		}()
		work()
		cancel()
		if ok, err := m.Unlock(); !ok || err != nil {
			fmt.Println("failed to release", err)
		}
	}
}

func refresh(ctx context.Context, l *redislock.Lock) {
	for range time.Tick(time.Second) {
		if err := l.Refresh(ctx, 5*time.Second, nil); err != nil { // want `lostsignal: `
			log.Printf("refresh: %v", err)
		}
	}
}

//distlock:silent lostsignal
func ends(m *redsync.Mutex, cancel func()) {
	for range time.Tick(time.Second) {
		if ok, err := m.Extend(); !ok || err != nil {
			log.Print("lost", err)
			cancel()
			return
		}
	}
}

//distlock:silent lostsignal
func tells(ctx context.Context, l *redislock.Lock, lost chan<- error) {
	for range time.Tick(time.Second) {
		if err := l.Refresh(ctx, 5*time.Second, nil); err != nil {
			lost <- err
		}
	}
}

//distlock:silent lostsignal
func gives(ctx context.Context, m *redsync.Mutex) error {
	for i := 0; ; i++ {
		ok, err := m.ExtendContext(ctx)
		if err != nil && i < 3 {
			log.Print(err)
			continue
		}
		if !ok {
			return fmt.Errorf("lost")
		}
		time.Sleep(time.Second)
	}
}
