package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// lives is what a school says of where a pupil's contact lives.
type lives uint8

const (
	livesUnsaid lives = iota
	livesApart
	livesHere
)

// contactHome is where a contact lives in respect of the pupil.
type contactHome struct {
	pupil, dwelling int32 // -1 where not known
	lives           lives
	denied          bool // the row says no to living together
}

// pupil is who an attendance row is of, and where the row says that they live.
type pupil struct{ person, dwelling int32 }

// findPupils says of each attendance row who its pupil is. The records of one
// row hold the same *Row, so that no name of a row is compared.
func (f *former) findPupils(place func(person, record int32) int32) {
	n := 0
	for _, p := range f.people {
		for _, rec := range p.Records {
			if rec.Row.Feed == family.Attendance && rec.Part == family.Subject {
				n++
			}
		}
	}
	f.pupils = make(map[*family.Row]pupil, n)
	for i, p := range f.people {
		for j, rec := range p.Records {
			if rec.Row.Feed == family.Attendance && rec.Part == family.Subject {
				f.pupils[rec.Row] = pupil{int32(i), place(int32(i), int32(j))}
			}
		}
	}
}

// contact reads where a contact record, whose own address is at dwelling, says
// that its person lives.
func (f *former) contact(rec *family.Record, dwelling int32) contactHome {
	row := rec.Row
	base := family.ColContact1Forename
	if rec.Part == family.Contact2 {
		base = family.ColContact2Forename
	}
	at := func(c family.Column) string { return row.Text(base + c - family.ColContact1Forename) }
	out := contactHome{dwelling: dwelling}
	if p, ok := f.pupils[row]; ok {
		out.pupil = p.dwelling
	} else {
		out.pupil = f.where.of(pupilAddress(row)) // a pupil without a name
	}
	own := at(family.ColContact1Address1) != "" || at(family.ColContact1UPRN) != ""
	postcode := family.Postcode(at(family.ColContact1Postcode))
	together := out.dwelling >= 0 && f.where.sameHome(out.dwelling, out.pupil)
	switch at(family.ColContact1SameAddress) {
	case "Y":
		out.lives = livesHere
		if out.pupil >= 0 {
			out.dwelling = out.pupil
		}
	case "N":
		out.lives, out.denied = livesApart, true // whatever address is left beside it
	default:
		elsewhere := postcode != "" && postcode != family.Postcode(row.Text(family.ColPostcode))
		switch {
		case together:
			out.lives = livesHere
		case own && out.dwelling >= 0 && out.pupil >= 0, elsewhere:
			out.lives = livesApart
		}
	}
	return out
}

func pupilAddress(row *family.Row) family.Address {
	return family.Address{
		Line1: row.Text(family.ColAddress1), Line2: row.Text(family.ColAddress2),
		Town:     row.Text(family.ColTown),
		Postcode: family.Postcode(row.Text(family.ColPostcode)), UPRN: family.UPRN(row.Text(family.ColUPRN)),
	}
}

// sameHome says whether two addresses can be one home: the same dwelling, or
// one said in full and the other in part.
func (d *dwellings) sameHome(a, b int32) bool {
	return a >= 0 && b >= 0 && (a == b || d.means(a, b) || d.means(b, a))
}

// kin says whether a contact's relationship is one that people who live
// together have; a social worker or another contact never lives with a pupil
// on the school's word.
func kin(relationship string) bool { return relationOf(relationship) != 0 }

// word is what one attendance row says of a pupil and one of its contacts.
type word struct {
	child, adult int32
	pupil        int32 // the pupil's dwelling in the row
	kind         family.RelationKind
	lives        lives
	first        bool // named as the first contact
	denied       bool // the row says no to living together
	from, seen   family.Date
	rec          *family.Record
}

// relation is what the schools say of one pupil and one contact, over all
// terms: the latest word holds.
type relation struct {
	child, adult int32
	kin          bool
	parent       bool // mother, father or parent
	carer        bool // a parent or whoever stands in for one
	first        bool // named as the first contact
	lives        lives
	pupil        int32       // the pupil's dwelling in the latest row
	denied       bool        // the latest row says no to living together
	seen         family.Date // of the latest row
	rec          *family.Record
	together     family.Date // the last day that they shared an address; 0 never
	words        [2]int32    // what the rows say, latest first: a range of former.words
	voided       bool        // a contradiction: nothing is heard of it
	unsure       bool        // a contradiction: hardly believed
	unsexed      bool        // not known as the birth mother, whatever rows say
}

// wordOf reads one contact record; ok is false where as-at is before it or it is
// nobody's, and where it names the pupil: then with the record alone.
func (f *former) wordOf(rec *family.Record, adult, dwelling int32) (w word, ok bool) {
	row := rec.Row
	if rec.Part == family.Subject || row.Feed != family.Attendance {
		return w, false
	}
	p, ok := f.pupils[row]
	from := row.Date(family.ColPeriodStart)
	switch {
	case !ok || from > f.asAt:
		return w, false
	case p.person == adult:
		w.rec = rec
		return w, false
	}
	home := f.contact(rec, dwelling)
	w = word{
		child: p.person, adult: adult, pupil: home.pupil, kind: relationKind(rec), lives: home.lives,
		first: rec.Part == family.Contact1, denied: home.denied, rec: rec,
		seen: min(cmp.Or(row.Date(family.ColPeriodEnd), row.AsAt, f.asAt), f.asAt),
	}
	w.from = min(cmp.Or(from, w.seen), w.seen)
	return w, w.seen != 0
}

// relations merges what the schools say, given by contact, to one entry for a
// pupil and a contact, in order of both.
func (f *former) relations(byAdult [][]word) {
	n := len(f.people)
	start := make([]int32, n+1)
	for _, ws := range byAdult {
		for i := range ws {
			start[ws[i].child+1]++
		}
	}
	for i := range n {
		start[i+1] += start[i]
	}
	f.words = make([]word, start[n])
	next := slices.Clone(start)
	for _, ws := range byAdult {
		for i := range ws {
			f.words[next[ws[i].child]] = ws[i]
			next[ws[i].child]++
		}
	}
	contacts := make([]int32, n+1)
	f.parallel(n, func(i int) {
		ws := f.words[start[i]:start[i+1]]
		slices.SortFunc(ws, compareWords)
		for j := range ws {
			if j == 0 || ws[j].adult != ws[j-1].adult {
				contacts[i+1]++
			}
		}
	})
	for i := range n {
		contacts[i+1] += contacts[i]
	}
	f.relationList = make([]relation, contacts[n])
	f.newestContact = make([]family.Date, n)
	f.parallel(n, func(i int) {
		out := contacts[i]
		for lo := start[i]; lo < start[i+1]; {
			hi := lo + 1
			for hi < start[i+1] && f.words[hi].adult == f.words[lo].adult {
				hi++
			}
			f.relationList[out] = f.merge(lo, hi)
			f.newestContact[i] = max(f.newestContact[i], f.relationList[out].seen)
			out, lo = out+1, hi
		}
	})
}

// compareWords orders words of a pupil by contact, the latest first.
func compareWords(a, b word) int {
	return cmp.Or(cmp.Compare(a.adult, b.adult), cmp.Compare(b.seen, a.seen),
		cmp.Compare(b.lives, a.lives), a.rec.Ref().Compare(b.rec.Ref()))
}

// merge makes one relation of the words from lo to hi of a pupil and a contact.
func (f *former) merge(lo, hi int32) relation {
	w := &f.words[lo]
	r := relation{
		child: w.child, adult: w.adult, lives: w.lives, pupil: w.pupil, denied: w.denied,
		seen: w.seen, rec: w.rec, words: [2]int32{lo, hi},
	}
	for i := lo; i < hi; i++ {
		w := &f.words[i]
		if r.lives == livesUnsaid {
			r.lives = w.lives // an earlier term said where
		}
		if w.lives == livesHere {
			r.together = max(r.together, w.seen)
		}
		r.first = r.first || w.first
		r.kin = r.kin || w.kind != 0
		r.parent = r.parent || isParent(w.kind)
		r.carer = r.carer || isCarer(w.kind)
	}
	return r
}

// denials gathers where pupils' latest rows say that their contacts do not
// live: with the pupil.
func (f *former) denials() {
	f.deniedAt = make([][]int32, len(f.people))
	for _, r := range f.relationList {
		if r.denied && r.pupil >= 0 && !f.stale(r) && len(f.deniedAt[r.adult]) < maxHomes && !f.affirmed(r) {
			f.deniedAt[r.adult] = append(f.deniedAt[r.adult], r.pupil)
		}
	}
}

// affirmed says whether another pupil of the same dwelling says that the
// contact does live there.
func (f *former) affirmed(r relation) bool {
	return slices.ContainsFunc(f.kinOf[r.adult][:min(len(f.kinOf[r.adult]), maxPulls)], func(i int32) bool {
		o := f.relationList[i]
		return o.adult == r.adult && o.lives == livesHere && o.pupil == r.pupil
	})
}

// canParent says whether the ages allow adult to be child's parent: unknown
// dates allow it, and too few years between them do not.
func (f *former) canParent(adult, child int32) bool {
	a, c := f.born[adult], f.born[child]
	return a == 0 || c == 0 || a.AddYears(youngestParent) <= c
}
