// Package importtest holds the tests of the house rules that no compiler
// knows: which room may import which, what a pure room may not touch, that
// every package says what it is for, and that no file grows too long.
//
// It reads the source in its own process. A test that asked the go command
// instead would be answered from the test cache and miss a new import.
package importtest
