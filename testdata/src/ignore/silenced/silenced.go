// Package silenced has every form of directive that silences the check "bad".
package silenced

func bad() int { return 0 }
func loud()    {}

func lockvetIgnore() {
	bad() // want "bad"
	bad() //lockvet:ignore bad it is meant
	bad() // want "bad"

	//lockvet:ignore bad it is meant
	bad()
	bad() // want "bad"

	//lockvet:ignore loud,bad a list
	bad()

	//lockvet:ignore bad the comment may
	// go on for another line
	bad()

	//lockvet:ignore loud another check
	bad() // want "bad"

	//lockvet:ignore bad/category of which this finding is not
	bad() // want "bad"

	//lockvet:ignore ba* no patterns
	bad() // want "bad"

	//lockvet:ignore bad only the line below

	bad() // want "bad"

	if bad() == 0 { //lockvet:ignore bad only this line
		bad() // want "bad"
	}

	//lockvet:ignore bad not the whole statement
	if true {
		bad() // want "bad"
	}

	bad() /* want "bad" */ //lockvet:ignore bad
	bad() /* want "bad" */ //lockvet:ignore
	bad() /* want "bad" */ //lockvet:ignored bad no such thing
	bad() /* want "bad" */ // lockvet:ignore bad a space too many
}

func lintIgnore() {
	bad() //lint:ignore bad it is meant
	//lint:ignore bad it is meant
	bad()
	//lint:ignore b*,SA1000 it has patterns
	bad()
	//lint:ignore SA1000 another tool
	bad() // want "bad"

	bad() /* want "bad" */ //lint:ignore bad
}

func nolints() {
	bad() //nolint
	bad() // nolint
	bad() //nolint // why
	bad() //nolint:bad
	bad() //nolint:lockvet // why
	bad() //nolint:errcheck, lockvet
	bad() //nolint:LOCKVET
	bad() //nolint:all
	bad() /* want "bad" */ //nolint:errcheck
	bad() /* want "bad" */ //nolint:errcheck // not bad
	bad() /* want "bad" */ //nolintbad
	bad() /* want "bad" */ //nolint:

	//nolint:bad
	if true {
		bad()
		bad()
	}
	bad() // want "bad"
}

// A whole function is covered.
//
//nolint:bad // it is meant
func covered() {
	bad()
	for {
		bad()
	}
}

func next() {
	bad() // want "bad"
}
