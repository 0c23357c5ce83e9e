package silent

import (
	"fmt"
	"os"
)

// A goroutine that calls a method which no package declares: what errors say.
func report(errs <-chan error) {
	go func() {
		for err := range errs {
			fmt.Fprintln(os.Stderr, err.Error())
		}
	}()
}
