// Package unused has directives that suppress nothing.
package unused

func bad()  {}
func loud() {}

func f() {
	_ = 0 //lockvet:ignore bad reason // want `not needed: there is no finding of bad here`
	_ = 1 //nolint:bad // want `no finding of bad here`
	_ = 2 //nolint:lockvet // want `no finding of lockvet here`
	_ = 3 //nolint:errcheck,bad // want `no finding of bad here`
	_ = 4 //lint:ignore bad reason // want `no finding of bad here`

	//lockvet:ignore bad,loud reason // want `no finding of bad, loud here`
	_ = 5

	bad()  //lockvet:ignore bad,loud reason // want `no finding of loud here`
	loud() //lockvet:ignore loud/silence reason // want `no finding of loud/silence here`
	loud() //lockvet:ignore bad reason // want `no finding of bad here`
}
