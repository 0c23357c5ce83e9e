// Package off is read with suppression off.
package off

func bad() {}

func f() {
	bad() // want "bad"
	bad() /* want "bad" */ //lockvet:ignore bad reason
	bad() /* want "bad" */ //nolint
}
