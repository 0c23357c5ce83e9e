package evict

import "doublelock/evict/cache"

type Thumbs struct {
	names *cache.LRU[string, int]
	sizes *cache.LRU[int, int]
}

func NewThumbs() *Thumbs {
	t := &Thumbs{names: cache.NewLRU[string, int](), sizes: cache.NewLRU[int, int]()}
	t.names.OnEvict(func(string, int) { println(t.names.Size()) }) // want `locked again at lru\.go:\d+ by \(\*LRU\[K, V\]\)\.Size, which deadlocks`
	return t
}

// Another cache is asked, be it of the same type or not.
func NewSizes() *Thumbs {
	t := &Thumbs{names: cache.NewLRU[string, int](), sizes: cache.NewLRU[int, int]()}
	others := cache.NewLRU[int, int]()
	t.names.OnEvict(func(string, int) { println(t.sizes.Size()) })
	t.sizes.OnEvict(func(int, int) { println(others.Size()) })
	others.OnEvict(func(int, int) {})
	return t
}
