// Package splink reads the models of Splink 4 and 5 and gives pairs of records
// the match weights that Splink with DuckDB would give them. It decides what a
// model's SQL means; it trains nothing, clusters nothing, and never guesses at
// SQL that it does not know: a level that it cannot read is an error.
//
//	file ──Load──▶ Model ──Bind(tables)──▶ Scorer ──Predict──▶ pairs
//	                                              ──Score, Explain──▶ one pair
//
// The SQL is parsed and checked when the model is loaded. When it is laid over
// tables, whatever looks at one record only (a lower-case name, a date read from
// text, a sector of a postcode) is worked out once for each distinct text, so that
// a pair costs some comparisons of numbers and the text kernels that are left.
//
// Tables hold texts. A blank cell is null. A column is taken for numbers, dates or
// lists where the model's SQL uses it so anywhere; it then is that everywhere, as
// a typed column would be in DuckDB, and a cell that cannot be read so is an
// error that names the table, the record and the column. Lists are written [a, b],
// or with a separator between the elements. An empty list is a blank cell, thus
// null, where DuckDB knows both.
//
// Answers are those of DuckDB 1.3 on ASCII text; the goldens in testdata were
// written by Splink 4.0.16 and 5.0.0. Not understood are fields of structs, lambdas
// other than those in Splink's own library, casts to decimals, intervals, and term
// frequencies of list elements.
package splink
