// Package groups finds WaitGroups whose Wait cannot end, and those whose counter goes below zero.
//
// It executes each function of a package that uses a WaitGroup, with the literals and functions that it calls
// or starts, on every path: with numbers where they are known and symbols where they are not. The result of a path is
// a [trace] per goroutine: what it adds, counts down, waits for and starts. Then it plays the goroutines of a path
// against each other, always to the advantage of the program: a Wait that nobody can end even so is
// reported.
//
// What is not sure is left alone. A WaitGroup that code out of sight gets may be counted down by it at any
// time. The number of turns of a loop is no evidence, unless it is the very number that was added. Conditions that
// look alike are alike.
package groups
