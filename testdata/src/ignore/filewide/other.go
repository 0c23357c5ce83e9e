package filewide

func g() {
	bad() // want "bad"
}
