// Package household puts people together into households: who lives in which
// dwelling at a date, in which role, and why.
//
// It decides from dated residence evidence (school, housing, claim and care
// rows, and a person's own address as given to the police), from declared
// relations and from reviewers' decisions. It never makes anybody a member
// because of an event: a visitor, suspect or complainant at an address is at
// most an associate. It never decides who is who (that is linkage) and never
// whether a family is eligible. It is pure: no clock, randomness, environment,
// log, store or wire, and equal input gives equal bytes whatever its order.
//
// A run goes through these steps, a file each: addresses as written become
// dwellings (address.go, dwelling.go, block.go, gazetteer.go); records become facts, one
// row's word that a person lives or lived at a dwelling (evidence.go), and
// relations and bonds between people (relation.go, bond.go, kinship.go), of
// which what cannot be true is not heard and is listed (contradiction.go,
// loop.go, ages.go); how a dwelling is used says
// whether it is one family's, strangers', an institution's or nobody's home
// (use.go), and whom a refuge shelters (refuge.go); which dwellings each person
// may live in comes from facts, from stated ends and starts, and from those who
// are said to live with the person (residence.go); how likely each is, in bits,
// from what those say (chance.go, ties.go), from what claims and tenancies say
// by leaving somebody out (silence.go), and no more of an agency than it shows
// itself to know (reliance.go); the likeliest is the person's main home, unless
// a reviewer decided otherwise (decision.go); facts also make the history of
// where somebody has lived (spells.go); the residents
// of a dwelling are parted into those who belong together (group.go), but for
// children who are looked after elsewhere and adults who likelier do not belong
// (roles.go); how sure each is, and all of them, is said (certain.go); each part
// has its id from its eldest child (identity.go), and what has happened to it
// (changes.go), and is the second home of other children (second.go); and each
// part becomes a household with its members, former members and associates,
// and the reasons (members.go, others.go), and with what rows say that they are
// to one another (related.go).
package household
