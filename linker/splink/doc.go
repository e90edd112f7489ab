// Package splink reads the models of Splink 4 and 5 and gives pairs of records
// the match weights that Splink with DuckDB would give them. It decides what a
// model's SQL means; it trains nothing, clusters nothing, and never guesses at
// SQL that it does not know: a level that it cannot read is an error.
package splink
