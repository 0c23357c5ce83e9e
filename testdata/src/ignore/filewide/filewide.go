// Package filewide is silenced as a whole.
package filewide

//lint:file-ignore bad it is meant

func bad() {}

func f() {
	bad()
}
