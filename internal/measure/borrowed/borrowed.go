// Package borrowed names the checks that lockvet runs but did not write. What
// they report says nothing about lockvet, right or wrong.
package borrowed

// Checks are the names of these checks. Those lockvet does not run yet are here
// so that its numbers stay comparable on the day it does.
var Checks = []string{"copylocks", "SA2001", "SA2000", "SA2002", "waitgroup"}
