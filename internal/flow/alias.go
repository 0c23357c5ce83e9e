package flow

import "github.com/lockvet/lockvet/internal/path"

// An Alias says that From is another name of To. If Base is not nil, it stands for
// every object of some type in both.
type Alias struct {
	From, To, Base *path.Node
}

// canonical returns the name by which the function knows a field that has several.
func (w *walker) canonical(n *path.Node) *path.Node { return rename(w.t, w.aliases, n) }

// Canonical returns a name with all parts replaced that have another name.
func Canonical(t *path.Table, aliases []Alias, n *path.Node) *path.Node {
	return t.Rewrite(n, func(x *path.Node) *path.Node {
		if other := rename(t, aliases, x); other != x {
			return other
		}
		return nil
	})
}

func rename(t *path.Table, aliases []Alias, n *path.Node) *path.Node {
	for _, a := range aliases {
		if a.Base == nil {
			if n == a.From {
				return a.To
			}
			continue
		}
		if base := match(n, a.From, a.Base); base != nil {
			return t.Rewrite(a.To, func(x *path.Node) *path.Node {
				if x == a.Base {
					return base
				}
				return nil
			})
		}
	}
	return n
}

// match returns what stands in n where base is in pattern, nil if n is otherwise than
// the pattern.
func match(n, pattern, base *path.Node) *path.Node {
	for pattern != base {
		if n.Kind != pattern.Kind || n.Name != pattern.Name || n.Owner != pattern.Owner || n.X == nil || pattern.X == nil || n.Y != nil {
			return nil
		}
		n, pattern = n.X, pattern.X
	}
	return n
}
