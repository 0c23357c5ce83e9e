// Package use is one of many that log. It is told nothing about the orders of locks of package logging, which are reported there.
package use

import "crossorder/logging"

func Work() { logging.Log("work") }
