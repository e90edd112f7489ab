//go:build !unix

package main

// usageNow knows nothing where the system is not asked.
func usageNow() usage { return usage{} }
