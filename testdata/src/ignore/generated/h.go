package generated

func bad()      {}
func slowlock() {}

func g() {
	slowlock()
}
