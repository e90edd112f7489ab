// Package synth makes a fictional English council whose truth is known: the
// five feeds as agencies would deliver them, the reference files, and files
// that say who each described person really is, who really lives with whom and
// which families a framework really covers. It also measures a linkage's
// exports against that truth.
//
// Everybody in it is invented. It never reads a real register, never decides
// who is who for the product, and no rule of the product may depend on how the
// council is made up.
package synth
