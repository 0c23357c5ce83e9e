//nolint:bad // as golangci-lint has it, above the package clause means the file
package wholefile

func bad() {}

func f() {
	bad()
}
