// Package matcher finds the records that describe one person. It is given
// columns of values and decides which records belong together and how likely
// that is; it knows nothing of families, agencies, files or clocks, it never
// has to be given labels, and it changes nothing but its own answers.
//
// # The model
//
// A pair of records is compared column by column. Each comparison has levels,
// of which one applies; each level says how much likelier it is for two records
// of one person (M) than for records of two (U). The weight of a pair is log2 of
// the prior odds plus log2(M/U) of each level (Fellegi and Sunter 1969), kept in
// thousandths of a bit. A missing value adds nothing.
//
// What two people have in common depends on who they are to each other, and so
// does U. There are two ways to say so, and the Spec chooses: one with columns
// of context (households, occasions, telephones) is a council's, one without is
// a table's.
//
//	a table                                  a council's feeds
//	Model                                    Model
//	├── Spec: columns in groups, rules       ├── Spec: columns, context, rules
//	├── Frequencies: what is common          ├── Frequencies, Traditions
//	└── Rounds: one                          └── Rounds: single records; joined ones
//	    └── Apart: any pair                      ├── Apart: shares no context
//	        ├── Prior: of one person             │   ├── Prior
//	        ├── Kin: of two relatives,           │   └── Comparison: M  U
//	        │        of two neighbors            └── Household: shares a dwelling,
//	        └── Comparison: surname                  │          telephone or people
//	            ├── same       M  U  Kin Kin         ├── Prior
//	            ├── similar    M  U  Kin Kin         └── Comparison: forename
//	            └── differs    M  U  Kin Kin             ├── same          M  U
//	                                                     ├── short form    M  U
//	                                                     └── differs       M  U
//
// # Tables
//
// A candidate pair of a table is of one person, of two relatives of a household,
// of two neighbors or of two strangers, in shares that nobody knows: a mixture
// of classes, as Larsen and Rubin (2001) had for census records. With two
// classes only, relatives (who agree on surname, address and telephone, and are
// far more than the true pairs) are taken for one person with a few mistakes. So
// the weight of a pair is its odds against all others together:
//
//	 one person : strangers   −11.2   +  9.8  +  12.3  +  …   =  22.1 bits
//	 one person : relatives    −0.9   +  0.1  +   7.9  +  …   =   8.4
//	 one person : neighbors    −5.1   +  8.3  +  11.6  +  …   =  19.0
//	                           prior   surname   born
//	weight = −log2(2^−22.1 + 2^−8.4 + 2^−19.0)                =   8.4
//
// Strangers are measured, not estimated: how often two of them agree follows
// from how often each value is met, and their other levels are counted on a
// sample of pairs. Each person counts once there: after a first estimate the
// records that are likely to be of one person are taken as one, and strangers
// are measured anew (persons, strangers). What was never met is as likely as
// Good (1953) has it. Relatives and neighbors compare as strangers do but for a
// share that EM finds: the surname, place and telephone of those who live
// together, a twin's birthday, a father's forename.
//
// Names lean on each other whoever declares it. Among strangers of one surname a
// forename of the same tongue is no surprise, nor is an e-mail address made of
// names among namesakes; how much each is worth there is measured, or, as those
// who share both pass for one person, found by EM. A forename that relatives have
// in common is asked for by how far their dates of birth lie apart: children are
// named after parents, twins never after each other.
//
// Columns of one group say much the same, such as a postcode, its street and its
// town: each is judged given what those before it say, so that a move counts as
// one and not as three. Columns declared Frequent tell more where the value is
// rare; a value that many people give, such as an office's telephone, tells
// little.
//
// Cells hold alternatives beside the leading value: former surnames, aliases,
// earlier addresses. Agreement on one is a level of its own.
//
// # Councils
//
// In a council's feeds relatives are known by what they are named with. People
// of one household share surname, address and telephone whoever they are, so
// that M and U are asked for twice: for pairs that share a context, and for
// those that do not. The context columns are one comparison, with a level for
// each way of sharing them, which counts correlated evidence once.
//
// The first round links what the records' own fields make nearly certain. Its
// persons are then known to be each other's relatives wherever they are named
// together, and later rounds compare persons by the relatives that they share,
// as collective entity resolution does (Bhattacharya and Getoor 2007): a parent
// known by name alone is found through the child.
//
// # Training
//
// M, the prior and all that concerns relatives come from
// expectation–maximisation on counts of patterns, without labels (Winkler 1988,
// Linacre et al. 2022). A pair tells nothing of the columns that blocking found
// it by. Few pairs leave M near what is believed of any data. Each M is learnt
// five times over, each time without a fifth of the pairs; by how much it varies
// is its Spread. Pairs that a person has judged (Options.Labels) count as
// certain.
//
// # Blocking
//
// Only records that share a key of some Rule are compared. Blocks that are too
// large are refined by further columns. A Spec without rules gets rules that are
// chosen for the table: those that find most of what imagined second records of
// its people would need, within a budget of pairs; Count says how many that is before anything runs.
//
// # Clusters
//
// Persons are clusters, never connected components: one good pair makes no
// bridge between two people. All pairs of two clusters speak, those that
// blocking did not find being scored for it. In a table the weights are
// calibrated odds, and clusters join while the odds for it, of all pairs
// together, are over the threshold (correlation clustering, Bansal, Blum and
// Chawla 2004, solved greedily); among a council's relatives, whose mistakes go
// together, by their mean. Records named in one row, those of a source without
// duplicates, and those that a person has decided about are kept apart or
// together whatever the weights. Weighed clusters pairs that something else has
// weighed by the same rule.
//
// # The same answer every time
//
// The same records, numbered in the same order, give the same model and the
// same persons byte for byte, whatever the number of workers: weights are whole
// numbers, work is done in fixed parts, and ties go to the lower number. With a
// model given, the order of records does not matter either.
//
// # Papers
//
// I. Fellegi and A. Sunter, A Theory for Record Linkage, JASA 64 (1969).
// W. Winkler, Using the EM Algorithm for Weight Computation in the
// Fellegi–Sunter Model of Record Linkage (1988). M. Larsen and D. Rubin,
// Iterative Automated Record Linkage Using Mixture Models, JASA 96 (2001).
// I. J. Good, The Population Frequencies of Species and the Estimation of
// Population Parameters, Biometrika 40 (1953). N. Bansal, A. Blum and S. Chawla,
// Correlation Clustering, Machine Learning 56 (2004). I. Bhattacharya and
// L. Getoor, Collective Entity Resolution in Relational Data, TKDD 1 (2007).
// R. Linacre et al., Splink: Free Software for Probabilistic Record Linkage at
// Scale, IJPDS 7 (2022).
package matcher
