package doublelock

import "sync"

// A method of a generic type runs a function under its lock, and the function comes
// back to it.
type cacheOf[K comparable, V any] struct {
	mu sync.Mutex
	m  map[K]V
}

func (c *cacheOf[K, V]) load(k K, build func(K) V) V {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, ok := c.m[k]
	if !ok {
		v = build(k)
		c.m[k] = v
	}
	return v
}

func (c *cacheOf[K, V]) drop(k K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.m, k)
}

type fonts struct {
	glyphs cacheOf[rune, []byte]
	widths *cacheOf[string, int]
}

func (f *fonts) glyph(r rune) []byte {
	return f.glyphs.load(r, func(r rune) []byte { // want `f\.glyphs\.mu is locked again at \S+ by .*drop`
		f.glyphs.drop(r + 1)
		return []byte(string(r))
	})
}

func (f *fonts) width(word string) int {
	return f.widths.load(word, func(w string) int { // want `f\.widths\.mu is locked again at \S+ by .*load`
		if w == "" {
			return 0
		}
		return f.widths.load(w[1:], func(string) int { return 0 }) + len(f.glyph(rune(w[0])))
	})
}

// Fine: from the one to the other.
func (f *fonts) measure(word string) int {
	return f.widths.load(word, func(w string) (n int) {
		for _, r := range w {
			n += len(f.glyph(r))
		}
		return n
	})
}

// A method of a generic type calls another.
func (c *cacheOf[K, V]) reset(keys []K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, k := range keys {
		c.drop(k) // want `c\.mu is locked again at \S+ by .*drop`
	}
}
