// Package retry has nothing to do with locks, but runs what it is given.
package retry

func Do(n int, f func() error) (err error) {
	for range n {
		if err = f(); err == nil {
			return nil
		}
	}
	return err
}

// Keys passes each key to a helper.
func Keys(m map[string]int, f func(string) int) (sum int) {
	for k := range m {
		sum += apply(k, f)
	}
	return sum
}

func apply(k string, f func(string) int) int { return f(k) }

// Later starts a goroutine.
func Later(f func()) { go f() }
