//go:build !unix

package main

import "time"

var began = time.Now()

func cpu() time.Duration { return time.Since(began) }
