package household

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// Where somebody lives is weighed as a sum of bits: each thing that speaks for
// living at a dwelling adds to it, each that speaks against takes away. The
// chance of a dwelling is two to the power of its bits, among those of the
// person's other dwellings and one for a place that nobody has told us of. So
// a dwelling of which nothing is said is as likely as not, and what is said of
// one home counts against the others by itself.
//
// The weights are judgements, in half bits, about agencies and how their rows
// come about, each with its reason; none is an estimate from one council.

// saying is what kind of statement a fact makes.
type saying uint8

const (
	noSaying      saying = iota
	saysPupil            // a pupil's address
	saysContact          // a pupil's contact has this address, not the pupil's
	saysTenant           // tenant or joint tenant
	saysHousehold        // on a tenancy, as one of the household
	saysLodger           // on a tenancy, as a lodger or unrelated
	saysPlaced           // placed for a time by the council
	saysClaimant
	saysPartner   // on a claim
	saysDependant // on a claim
	saysAnswer    // of DWP, which found the person
	saysNoMatch   // of DWP, which did not
	saysService   // open to a service, or known to one
	saysPrison
	saysPolice // told the police
	sayings
)

// state is how it stands to the day for which it is asked.
type state uint8

const (
	stFresh      state = iota // said of the last half year
	stAged                    // of the year before that
	stOld                     // before that
	stUnheard                 // repeated since a known start elsewhere by who named the place before, and may not have heard
	stOutdated                // last said before a known start elsewhere
	stSuperseded              // its source now names another address
	stOvertaken               // begun before a stated end of living there, and repeated since
	states
)

// sayingBits holds what each saying weighs in each state.
//
// A landlord checks who is let in and who leaves, and pays for mistakes: a
// tenant's row alone makes a home (5 bits are 32 to 1), whatever its age while
// it is open; those whom the tenancy merely lists are removed less surely. A
// school is told a new address, mostly within the year, and one has one school
// at a time. Claims are for where one lives, but are renewed unseen: what they
// say of the address may be years old. DWP checks an address against its own;
// where it did not find the person the address is only what the council
// believed. A service visits; the police write down what is said to them.
// What was last said before a known move, or only repeated since by who may
// not have heard of it, says nothing for the place (a tenancy that nobody
// closed says a little); neither does what an end has overtaken. Of a claim, a
// service or the police the latest row need not be the truest, so that an
// earlier one of the same source still counts.
var sayingBits = [sayings][states]float64{
	//            fresh aged old unheard outdated superseded overtaken
	saysPupil:     {2, 1.5, 1, 0, 0, 0, 0},
	saysContact:   {0.5, 0.5, 0, 0, 0, 0, 0},
	saysTenant:    {5, 5, 5, 2, 0, 0, 0},
	saysHousehold: {4, 4, 4, 1, 0, 0, 0},
	saysLodger:    {4, 4, 4, 0, 0, 0, 0},
	saysPlaced:    {4.5, 4.5, 4, 0, 0, 0, 0},
	saysClaimant:  {2, 2, 1.5, 0, 0, 1, 0},
	saysPartner:   {2, 2, 1.5, 0, 0, 1, 0},
	saysDependant: {2.5, 2, 1.5, 0, 0, 1, 0},
	saysAnswer:    {3.5, 3, 1, 0, 0, 0.5, 0},
	saysNoMatch:   {2, 1.5, 0.5, 0, 0, 0.5, 0},
	saysService:   {2.5, 2, 1, 0, 0, 1, 0},
	saysPrison:    {0.5, 0.5, 0, 0, 0, 0, 0},
	saysPolice:    {2.5, 2, 1.5, 0, 0, 0.5, 0},
}

// endBits is what a stated end of living there weighs, with no later start.
const endBits = -5

// beyondShare is the share of what is said for a dwelling, but by the police,
// that does not count where the dwelling is in a postcode district of which the
// gazetteer has no address. Whom the council's schools, landlords and benefits
// hold at such an address mostly has moved in since: who lives there is another
// council's to list.
const beyondShare = 0.6

var sayingNames = [sayings]string{
	saysPupil: "school_address", saysContact: "contact_address", saysTenant: "tenant", saysHousehold: "on_tenancy",
	saysLodger: "lodger", saysPlaced: "placed", saysClaimant: "claimant", saysPartner: "claim_partner", saysDependant: "claim_dependant",
	saysAnswer: "answer_address", saysNoMatch: "answer_without_match", saysService: "service_address", saysPrison: "prison_service_address",
	saysPolice: "police_address",
}

var stateNames = [states]string{
	stAged: "_a_year_old", stOld: "_old", stUnheard: "_may_not_know_of_move", stOutdated: "_before_move",
	stSuperseded: "_since_changed", stOvertaken: "_before_end",
}

// clue is one thing that speaks for or against a person's living at a home.
type clue struct {
	fact string
	bits float64
	rec  *family.Record // nil where no single row says it
	day  family.Date
}

// past is what a person's rows say of moves, for reading the rest.
type past struct {
	moved family.Date // the latest known start anywhere
	back  family.Date // when that stay ended, 0 while it has not
}

func (f *former) pastOf(p int32) past {
	moved, back := latestMove(f.judged[p], f.facts[p])
	return past{moved, back}
}

// latestMove is the latest known start of living anywhere, even where that has
// ended since (at back): who went there had left every place before.
func latestMove(homes []home, facts []fact) (at, back family.Date) {
	for _, h := range homes {
		if h.ended != 0 && h.ended >= h.start {
			continue
		}
		for _, fa := range facts[h.facts[0]:h.facts[1]] {
			if fa.to == 0 && fa.source != fromPolice {
				at = max(at, h.start)
			}
		}
	}
	for _, fa := range facts {
		if fa.source == fromTenancy && fa.from > at {
			at, back = fa.from, fa.to
		}
	}
	return at, back
}

// stateOf reads how a fact of home h stands to as-at, given the first day of
// each source here and the last elsewhere; ok is false for one that is of a time
// that has ended.
func (f *former) stateOf(fa fact, h *home, was past, first, elsewhere [len(sources)]family.Date) (s state, ok bool) {
	age := f.asAt - fa.seen
	switch {
	case fa.to != 0, h.ended != 0 && fa.seen <= h.ended:
		return 0, false
	case h.ended != 0 && fa.first <= h.ended:
		return stOvertaken, true
	case fa.source == fromTenancy && fa.from < elsewhere[0],
		fa.seen < elsewhere[fa.source] && !f.sameSeason(fa, elsewhere[fa.source]):
		return stSuperseded, true
	case was.moved > h.start && fa.seen < was.moved:
		return stOutdated, true
	case was.moved > h.start && first[fa.source] < was.moved && (was.back == 0 || fa.first <= was.back):
		return stUnheard, true
	case age <= 200:
		return stFresh, true
	case age <= recent:
		return stAged, true
	}
	return stOld, true
}

// ownClues yields what a person's own rows say of one home: the best word of
// each source.
func (f *former) ownClues(p int32, h *home, was past, yield func(clue)) {
	if !h.said() {
		return
	}
	facts := f.facts[p][h.facts[0]:h.facts[1]]
	first, elsewhere := earliestBySource(facts), latestElsewhere(f.facts[p], h.dwelling)
	var best [len(sources)]float64
	var said [len(sources)]state
	var by [len(sources)]int
	for i, fa := range facts {
		if fa.saying == noSaying {
			continue
		}
		s, ok := f.stateOf(fa, h, was, first, elsewhere)
		if b := f.bitsOf(&facts[i], s); ok && (by[fa.source] == 0 || b > best[fa.source]) {
			best[fa.source], said[fa.source], by[fa.source] = b, s, i+1
		}
	}
	if h.ended != 0 {
		yield(clue{fact: "stated_end", bits: endBits, day: h.ended})
	}
	listed := 0.0
	for s, i := range by {
		if i > 0 {
			fa := facts[i-1]
			yield(clue{sayingNames[fa.saying] + stateNames[said[s]], best[s], fa.rec, fa.seen})
			if fa.source != fromPolice {
				listed += best[s]
			}
		}
	}
	if f.beyond[h.dwelling] && listed > 0 {
		yield(clue{fact: "outside_council", bits: -beyondShare * listed})
	}
}

// findBeyond marks the dwellings of postcode districts of which the gazetteer
// has no address; without a gazetteer none.
func (f *former) findBeyond() {
	f.beyond = make([]bool, len(f.where.list))
	if f.in.Gazetteer == nil {
		return
	}
	districts := map[string]bool{}
	for i := range f.in.Gazetteer.places {
		districts[district(f.in.Gazetteer.places[i].text.postcode)] = true
	}
	for i := range f.where.list {
		w := &f.where.list[i]
		f.beyond[i] = w.place == nil && w.text.postcode != "" && !districts[district(w.text.postcode)]
	}
}

// district is the first half of a postcode.
func district(postcode string) string {
	out, _, _ := strings.Cut(postcode, " ")
	return out
}

// judge gives each of everybody's homes its bits and its chance: by the
// person's own rows, by where those live who are tied to the person, and by
// what the registers of those who live there say by leaving the person out.
// Each step reads only the one before, so order does not matter.
func (f *former) judge() {
	n := len(f.people)
	f.findTies()
	f.findBeyond()
	f.rely()
	f.readRegisters()
	f.practised()
	f.judged = slices.Clone(f.homes)
	f.parallel(n, func(i int) {
		p := int32(i)
		homes, was := f.judged[p], f.pastOf(p)
		var told [maxLeaned]float64
		for j := range homes {
			f.ownClues(p, &homes[j], was, func(c clue) { told[j] += c.bits })
		}
		shares := chances(told[:len(homes)])
		for j := range homes {
			homes[j].told, homes[j].bits, homes[j].share = told[j], told[j], shares[j]
		}
	})
	f.parallel(n, func(i int) {
		homes := f.judged[i]
		if len(f.registersOf[i]) > 0 {
			shares := f.shareWithout(int32(i), -1)
			for j := range homes {
				homes[j].heard = shares[j]
			}
		}
		f.tieClues(int32(i), func(j int, c clue) { homes[j].bits += c.bits })
	})
	f.parallel(n, func(i int) {
		homes := f.judged[i]
		var bits [maxLeaned]float64
		for j := range homes {
			bits[j] = homes[j].bits
			f.silences(int32(i), homes[j].dwelling, func(c clue) { bits[j] += c.bits })
		}
		shares := chances(bits[:len(homes)])
		for j := range homes {
			homes[j].bits, homes[j].chance = bits[j], shares[j]
		}
	})
}

// maxLeaned is the most homes that one person has once others were heard.
const maxLeaned = 2 * maxHomes

// chances turns bits into shares of one, beside 1 for a place of which nobody
// has told us.
func chances(bits []float64) (out [maxLeaned]float64) {
	sum := 1.0
	for i, b := range bits {
		out[i] = math.Exp2(b)
		sum += out[i]
	}
	for i := range bits {
		out[i] /= sum
	}
	return out
}

func (f *former) homeIndex(p, dwelling int32) int {
	for i := range f.judged[p] {
		if f.judged[p][i].dwelling == dwelling {
			return i
		}
	}
	return -1
}

// chance is the probability that person p lives in dwelling d at as-at.
func (f *former) chance(p, d int32) float64 {
	if i := f.homeIndex(p, d); i >= 0 {
		return f.judged[p][i].chance
	}
	return 0
}

// weights lists what speaks for and against person p living in dwelling d, the
// weightiest first; together they are the odds, in bits.
func (f *former) weights(p, d int32) (out []family.Weight) {
	at := f.homeIndex(p, d)
	if at < 0 {
		return nil
	}
	add := func(c clue) {
		w := family.Weight{Fact: c.fact, Bits: c.bits, Day: c.day}
		if c.rec != nil {
			w.Row = c.rec.Row.Ref()
		}
		out = append(out, w)
	}
	f.ownClues(p, &f.judged[p][at], f.pastOf(p), add)
	f.tieClues(p, func(j int, c clue) {
		if j == at {
			add(c)
		}
	})
	f.silences(p, d, add)
	others := 1.0
	for i, h := range f.judged[p] {
		if i != at {
			others += math.Exp2(h.bits)
		}
	}
	if others > 1 {
		add(clue{fact: "known_elsewhere", bits: -math.Log2(others)})
	}
	slices.SortStableFunc(out, func(a, b family.Weight) int {
		return cmp.Or(cmp.Compare(math.Abs(b.Bits), math.Abs(a.Bits)), cmp.Compare(a.Fact, b.Fact), a.Row.Compare(b.Row))
	})
	return out
}
