// Package matcher finds the records that describe one person. It is given
// columns of values and decides which records belong together and how likely
// that is; it knows nothing of families, agencies, files or clocks, it never
// asks for labels, and it changes nothing but its own answers.
//
// # The model
//
// A pair of records is compared column by column. Each comparison has levels,
// of which one applies; each level says how much likelier it is for two records
// of one person (M) than for records of two (U):
//
//	Model
//	├── Spec: columns, blocking rules
//	├── Frequencies, Traditions: what is common, and which names go together
//	└── Rounds: single records; joined records
//	    ├── Apart: pairs that share no context          Prior
//	    └── Household: pairs that share a dwelling,     Prior
//	        │          a telephone or people
//	        └── Comparison: forename
//	            ├── Level: same                          M  U
//	            ├── Level: short form                    M  U
//	            ├── Level: nearly the same (Jaro–Winkler ≥ 0.92)
//	            ├── Level: similar (≥ 0.85), sounds alike, initial agrees
//	            └── Level: differs                       M  U
//
// The weight of a pair is log2 of the prior odds plus log2(M/U) of each level
// (Fellegi and Sunter 1969), kept in thousandths of a bit. A missing value adds
// nothing.
//
// What sets this model apart is that M and U are asked for twice. People of one
// household share surname, address and telephone whoever they are, so that
// within a household these say next to nothing and the forename and the date of
// birth nearly all. The columns that households share are one comparison, with
// a level for each way of sharing them, which counts correlated evidence once.
//
// # Training
//
// U of strangers comes from the frequencies of values, exactly; M, and all that
// concerns households, by expectation–maximisation on counts of patterns
// (Winkler 1988, Linacre et al. 2022). A pair tells nothing of the columns that
// blocking found it by. Agreement on a rare name weighs more, and on a forename
// and surname of one tradition less than the two apart.
//
// # Rounds
//
// The first round links what the records' own fields make nearly certain. Its
// persons are then known to be each other's relatives wherever they are named
// together, and later rounds compare persons by the relatives that they share,
// as collective entity resolution does (Bhattacharya and Getoor 2007): a parent
// known by name alone is found through the child.
//
// # Clusters
//
// Persons are clusters by average link over all pairs, those that blocking did
// not find scored for it, never connected components: one good pair makes no
// bridge between two people. Records named in one row, and those that a person
// has decided about, are kept apart or together whatever the weights. Twins, and
// a parent and child of one name, need more than the fields that families share.
//
// # The same answer every time
//
// The same records, numbered in the same order, give the same model and the
// same persons byte for byte, whatever the number of workers: weights are whole
// numbers, work is done in fixed parts, and ties go to the lower number.
package matcher
