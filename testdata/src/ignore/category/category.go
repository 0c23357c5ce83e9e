// Package category suppresses one category of a check.
package category

func loud() {}

func f() {
	loud() // want "loud"
	loud() //lockvet:ignore loud/noise it is meant
	loud() //lockvet:ignore loud it is meant
	loud() //lint:ignore loud/noise it is meant
	loud() /* want "loud" */ //lockvet:ignore loud/silence another category
	loud() /* want "loud" */ //lockvet:ignore noise a category is not a check
}
