// Package require is a stand-in for the assertions of testify.
package require

// TestingT is what assertions report to.
type TestingT interface{ FailNow() }

// Empty asserts that an object is empty.
func Empty(t TestingT, object any) {
	if object == nil {
		t.FailNow()
	}
}
