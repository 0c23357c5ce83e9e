package cache

// A Nested is made by several functions, which hand the function on.
type Nested struct {
	n int
	*nestedBase
}

type nestedBase struct{ evict func(int) }

func NewNested(f func(int)) *Nested { return newNested(3, f) }

func newNested(n int, f func(int)) *Nested {
	c := &Nested{n: n}
	c.nestedBase = newNestedBase(f)
	return c
}

func newNestedBase(f func(int)) *nestedBase { return &nestedBase{evict: f} }

func (b *nestedBase) drop(k int) { b.evict(k) }

func (c *Nested) Add(k int) {
	c.n++
	c.drop(k)
}

// An Owner is told of what its items drop.
type Owner interface{ Dropped(int) }

// A Pool gives its owner to the items that it makes.
type Pool struct{ owner Owner }

type Item struct{ owner Owner }

func NewPool(o Owner) *Pool { return &Pool{owner: o} }

func (p *Pool) Get() *Item { return &Item{owner: p.owner} }

func (i *Item) Add(k int) { i.owner.Dropped(k) }
