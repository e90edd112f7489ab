// Package linker is the stand-alone linkage of tables: it takes tables of any
// columns, settles what they are, trains a model, links, and says how good the
// answer is. What belongs together the matcher decides.
package linker
