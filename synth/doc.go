// Package synth makes a fictional English council whose truth is known: the
// five feeds as agencies would deliver them, the reference files, and files
// that say who each described person really is, who really lives with whom and
// which families a framework really covers. It also measures a linkage's
// exports against that truth.
//
// The truth files, beside those of records and persons:
//
//	truth_households  who lives in which household now, the parents elsewhere, the
//	                  children who are there for part of the week, and residents of
//	                  care homes, who are no household's
//	truth_stays       who has lived where, from when to when, in what kind of home
//	truth_relations   who is what to whom, from when to when
//	truth_visits      whom the police met where a household lives and they never did
//	truth_cases       what is hard about a household; one may have several labels
//	truth_families    which households a framework covers
//	truth_criteria    which of its criteria these meet
//
// People whom no row describes are in none of them.
//
// Everybody in it is invented. It never reads a real register, never decides
// who is who for the product, and no rule of the product may depend on how the
// council is made up.
package synth
