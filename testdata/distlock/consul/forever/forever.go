// Package forever waits for a lock until it has it.
package forever

import "github.com/hashicorp/consul/api"

//distlock:silent nilchannel
func lock(l *api.Lock, work func(<-chan struct{})) error {
	lost, err := l.Lock(nil)
	if err != nil {
		return err
	}
	defer l.Unlock()
	work(lost)
	return nil
}
