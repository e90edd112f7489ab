// Package store keeps what hearth was told and what it made of it: the
// journal, which is the truth, and the index, which is rebuildable from it.
package store
