// Package borrowed has directives that another tool may need.
package borrowed

func copylocks() {}

func f() {
	copylocks() // want "copylocks"
	copylocks() //nolint:govet
	copylocks() //nolint:copylocks

	//lint:ignore copylocks not needed here, but it may be elsewhere
	_ = 0
	_ = 0 //nolint:govet
	_ = 0 //nolint:copylocks
}
