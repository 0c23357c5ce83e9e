// Package needed has only directives that nothing is to be said about.
package needed

func bad()  {}
func loud() {}

func f() {
	bad()  //lockvet:ignore bad it is meant
	bad()  //nolint:bad
	bad()  //nolint:lockvet
	bad()  //lint:ignore bad it is meant
	loud() //lockvet:ignore loud/noise it is meant

	// Two that cover the same are both needed.
	//lockvet:ignore bad it is meant
	bad() //nolint:bad

	_ = 0 //nolint
	_ = 0 //nolint:all
	_ = 0 //nolint:errcheck
	_ = 0 //lint:ignore SA1000 another tool's
	_ = 0 //lint:ignore * many tools'
	_ = 0 //lint:ignore U1000
	_ = 0 //lint:something bad
	_ = 0 // lockvet:ignored in prose is no directive
	_ = 0 // lockvet:ignore
	_ = 0 // //lockvet:ignore bad quoted is no directive
}
