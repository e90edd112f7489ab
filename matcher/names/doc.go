// Package names knows how one person's name comes to be written in different
// ways: the spellings that a name from another script or language is given in
// English (MOHAMMED and MUHAMMAD), the short and pet forms that people go by
// (ELIZABETH and BETTY), the small words that a surname may have or lack (VAN,
// AL), and names that so many people bear that they tell little (SINGH, BEGUM).
// It also gives a key under which spellings that sound alike fall together.
//
// It never decides that two people are one, and it says nothing of where a
// person comes from: a file is called after the language of its names, not
// after those who bear them.
//
// # The files
//
// data holds two files for each culture, CULTURE.forenames and
// CULTURE.surnames. Each begins with header lines
//
//	# culture: Irish
//	# part: forenames
//	# source: where the facts can be checked
//
// and then has one group on each line, in capital ASCII letters as internal/fold
// makes them:
//
//	spelling CATHERINE KATHERINE KATHRYN
//	short MARGARET MAGGIE PEGGY
//
// Names of a spelling line are one name written differently. The first name of a
// short line is the full name, the others are what its bearers are also called.
// A short line holds for every spelling of the names in it. A name may stand on
// several lines. The groups were put down from general knowledge for this program,
// misspellings that are often met among them; no file is a copy of somebody's
// list. The source says where a relation can be looked up, not that each line
// has been compared with it.
package names
