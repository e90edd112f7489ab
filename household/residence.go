package household

import (
	"cmp"
	"slices"

	"github.com/hearthmatch/hearth/family"
)

// home is how well the evidence puts one person into one dwelling at as-at.
type home struct {
	dwelling int32
	facts    [2]int32    // the person's facts of it, from and to
	own      float64     // what the person's own rows say
	firm     float64     // of own, what other feeds than the police say
	score    float64     // own, with what those say who live with the person
	start    family.Date // stated, or seen by one feed as a change; 0 unknown
	stated   bool        // start is a tenancy's own
	last     family.Date // last day that a row speaks of living there
	ended    family.Date // stated end, with no later start; 0 none
	damp     float64     // what is left here of what others say; see presentWeight
	denied   bool        // a pupil's rows say that the person lives elsewhere
	lodger   bool
	told     float64 // bits of the person's own rows; see judge
	share    float64 // the chance by those alone
	heard    float64 // of who is on a register, the chance by those and by ties
	bits     float64 // of everything
	chance   float64
}

// said says whether any of the person's own rows names the dwelling.
func (h *home) said() bool { return h.facts[0] < h.facts[1] }

const (
	// maxHomes bounds how many dwellings one person is weighed for.
	maxHomes = 8
	// superseded is what is left of a source's word once the same source
	// says another address.
	superseded = 0.05
	// outdated is left of a word last said before a known start elsewhere.
	outdated = 0.10
	// unmoved is left of a word repeated since, by a source that may not
	// have heard of the known start elsewhere.
	unmoved = 0.6
	// afterEnd is left of a word repeated since a stated end of living there.
	afterEnd = 0.4
	// deniedLeft is left where a pupil's rows say that the contact does not
	// live with the pupil.
	deniedLeft = 0.4
	// least is the lowest score of a home that still stands.
	least = 0.12
	// leastChance is the least chance that makes a main dwelling. It is below
	// one half, as what is known of the others of a family decides as well.
	leastChance = 0.3
	// yearly is how fast a word ages: after a year it counts 1/(1+yearly).
	yearly = 0.15
)

// weigh turns a person's facts, sorted, into homes sorted by dwelling.
func (f *former) weigh(p int32) []home {
	facts := f.facts[p]
	if len(facts) == 0 {
		return nil
	}
	homes := f.homesOf(facts)
	newest := latestBySource(facts)
	moved := latestStart(homes, facts)
	for i := range homes {
		h := &homes[i]
		var best [len(sources)]float64
		first := earliestBySource(facts[h.facts[0]:h.facts[1]])
		known := false
		for _, fa := range facts[h.facts[0]:h.facts[1]] {
			w := f.presentWeight(fa, h, newest, moved)
			if moved > h.start && fa.seen >= moved && first[fa.source] >= moved {
				known = true // said only since the move: it is no old word
			} else if moved > h.start && fa.seen >= moved {
				w *= unmoved
			}
			best[fa.source] = max(best[fa.source], w)
		}
		for s, w := range best {
			h.own += w
			if source(s) != fromPolice {
				h.firm += w
			}
		}
		h.damp = 1
		if h.ended != 0 {
			h.damp *= afterEnd
		}
		if moved > h.start && !known {
			h.damp *= unmoved
		}
		if h.ended != 0 && housedSince(facts, h) {
			h.own, h.firm, h.damp = h.own*afterEnd, h.firm*afterEnd, h.damp*afterEnd
		}
		if slices.Contains(f.deniedAt[p], h.dwelling) {
			h.denied = true
			h.own, h.firm, h.damp = h.own*deniedLeft, h.firm*deniedLeft, h.damp*deniedLeft
		}
		h.score = h.own
	}
	return strongest(homes)
}

// homesOf groups facts by dwelling and reads stated starts and ends.
func (f *former) homesOf(facts []fact) []home {
	var homes []home
	for lo := 0; lo < len(facts); {
		hi := lo
		h := home{dwelling: facts[lo].dwelling}
		for ; hi < len(facts) && facts[hi].dwelling == h.dwelling; hi++ {
			fa := facts[hi]
			h.last = max(h.last, fa.seen)
			h.lodger = h.lodger || fa.lodger && fa.to == 0
			if fa.to != 0 {
				h.ended = max(h.ended, fa.to)
			} else if fa.from > h.start {
				h.start, h.stated = fa.from, true
			}
		}
		for _, fa := range facts[lo:hi] {
			if fa.source == fromTenancy && fa.to == 0 && fa.from != 0 && fa.from+62 >= h.ended {
				h.ended = 0 // one tenancy followed another here
			}
		}
		h.facts = [2]int32{int32(lo), int32(hi)}
		homes = append(homes, h)
		lo = hi
	}
	observeMoves(homes, facts)
	return homes
}

// observeMoves dates the homes that a source began to name after it had named
// another: that source saw a move.
func observeMoves(homes []home, facts []fact) {
	if len(homes) < 2 {
		return
	}
	for i := range homes {
		h := &homes[i]
		var first [len(sources)]family.Date
		for _, fa := range facts[h.facts[0]:h.facts[1]] {
			if fa.moves() && fa.to == 0 && fa.first != 0 && (first[fa.source] == 0 || fa.first < first[fa.source]) {
				first[fa.source] = fa.first
			}
		}
		for _, fa := range facts {
			at := first[fa.source]
			if fa.dwelling != h.dwelling && fa.moves() && at != 0 && fa.seen <= at && at > h.start {
				h.start, h.stated = at, false
			}
		}
	}
}

// housedSince says whether another dwelling's tenancy began when the stay at h
// ended.
func housedSince(facts []fact, h *home) bool {
	return slices.ContainsFunc(facts, func(fa fact) bool {
		return fa.source == fromTenancy && fa.dwelling != h.dwelling && fa.from+62 >= h.ended
	})
}

// moves says whether a change from one such fact to the next is a move: what
// the police were told is not, nor a claim's address, which is today's on
// every spell of it.
func (fa fact) moves() bool {
	return fa.source == fromSchool || fa.source == fromContact || fa.source == fromTenancy || fa.source == fromCare
}

// latestBySource returns the last day on which each source says an address;
// in place 0, which is no source, the start of the latest open tenancy.
func latestBySource(facts []fact) (out [len(sources)]family.Date) {
	return latestElsewhere(facts, -1)
}

// latestElsewhere is latestBySource of the facts of other dwellings.
func latestElsewhere(facts []fact, dwelling int32) (out [len(sources)]family.Date) {
	for _, fa := range facts {
		if fa.to == 0 && fa.dwelling != dwelling {
			out[fa.source] = max(out[fa.source], fa.seen)
			if fa.source == fromTenancy {
				out[0] = max(out[0], fa.from)
			}
		}
	}
	return out
}

// earliestBySource returns the first day on which each source speaks of one
// dwelling.
func earliestBySource(facts []fact) (out [len(sources)]family.Date) {
	for _, fa := range facts {
		if fa.to == 0 {
			out[fa.source] = earliest(out[fa.source], fa.first)
		}
	}
	return out
}

// latestStart returns the latest known start among homes that a source better
// than the police still names.
func latestStart(homes []home, facts []fact) (at family.Date) {
	for _, h := range homes {
		if h.ended >= h.start && h.ended != 0 {
			continue
		}
		for _, fa := range facts[h.facts[0]:h.facts[1]] {
			if fa.weight >= 0.5 && fa.to == 0 {
				at = max(at, h.start)
			}
		}
	}
	return at
}

// presentWeight is what one fact says of as-at: its reliability, less for age,
// for a later word of its own source, for a move since, and for a stated end.
func (f *former) presentWeight(fa fact, h *home, newest [len(sources)]family.Date, moved family.Date) float64 {
	if fa.to != 0 || h.ended != 0 && fa.seen <= h.ended {
		return 0
	}
	w := fa.weight
	if h.ended != 0 {
		w *= afterEnd
	}
	if moved > h.start && fa.seen < moved {
		w *= outdated
	}
	if fa.source == fromTenancy && fa.from < newest[0] {
		w *= superseded // one has one tenancy at a time
	}
	if fa.seen < newest[fa.source] && !f.sameSeason(fa, newest[fa.source]) {
		w *= superseded
	}
	years := float64(f.asAt-fa.seen) / 365.25
	return w / (1 + yearly*max(0, years))
}

// sameSeason says whether a word is as new as its source's newest: the rows of
// two schools, or of two children, end their periods on different days.
func (f *former) sameSeason(fa fact, newest family.Date) bool {
	return (fa.source == fromSchool || fa.source == fromContact) && fa.seen+21 >= newest
}

// strongest keeps the maxHomes best, in order of dwelling.
func strongest(homes []home) []home {
	if len(homes) <= maxHomes {
		return homes
	}
	slices.SortFunc(homes, func(a, b home) int {
		return cmp.Or(cmp.Compare(b.own, a.own), cmp.Compare(b.last, a.last), cmp.Compare(a.dwelling, b.dwelling))
	})
	homes = homes[:maxHomes]
	slices.SortFunc(homes, func(a, b home) int { return cmp.Compare(a.dwelling, b.dwelling) })
	return homes
}

// pull is how far one person's home speaks for another's.
type pull struct {
	to   int32
	coef float64
}

const (
	pullBond     = 0.8  // one claim, one tenancy
	pullMoved    = 0.4  // a tenancy that they left together
	pullCarer    = 0.8  // a child lives where its carer at the same address does
	pullChild    = 0.6  // and the carer, less surely, where the child does
	pullUnsaid   = 0.25 // a carer of whom the school does not say where
	pullUnsaidUp = 0.35
	// maxPulls bounds how many people speak for one person's home, and
	// pullLimit how much they say together: less than two sources.
	maxPulls  = 48
	pullLimit = 1.2
)

// pulls lists, for each person, who speaks for the person's home, by person.
func (f *former) pulls() [][]pull {
	out := make([][]pull, len(f.people))
	add := func(p, q int32, coef float64) {
		if len(out[p]) < maxPulls && f.died[q] == 0 {
			out[p] = append(out[p], pull{q, coef})
		}
	}
	for _, b := range f.bondList {
		coef := 0.0
		if b.current {
			coef = pullBond
		} else if b.moved {
			coef = pullMoved
		}
		if coef > 0 {
			add(b.a, b.b, coef)
			add(b.b, b.a, coef)
		}
	}
	for _, r := range f.relationList {
		switch {
		case !r.kin || r.lives == livesApart || f.stale(r):
		case r.lives == livesHere:
			add(r.child, r.adult, pullCarer)
			add(r.adult, r.child, pullChild)
		case r.carer:
			add(r.child, r.adult, pullUnsaid)
			add(r.adult, r.child, pullUnsaidUp)
		}
	}
	f.parallel(len(out), func(i int) { out[i] = merged(out[i]) })
	return out
}

// merged keeps one pull for each person, the strongest, and scales them so
// that together they say no more than pullLimit.
func merged(pulls []pull) []pull {
	slices.SortFunc(pulls, func(a, b pull) int {
		return cmp.Or(cmp.Compare(a.to, b.to), cmp.Compare(b.coef, a.coef))
	})
	pulls = slices.CompactFunc(pulls, func(a, b pull) bool { return a.to == b.to })
	total := 0.0
	for _, p := range pulls {
		total += p.coef
	}
	if total > pullLimit {
		for i := range pulls {
			pulls[i].coef *= pullLimit / total
		}
	}
	return pulls
}

// stale says whether a contact has left the pupil's rows: newer ones name
// other contacts.
func (f *former) stale(r relation) bool { return r.seen+150 < f.newestContact[r.child] }

// lean adds to each person's homes what those say who live with the person.
// Two rounds carry a mother's address to the child whom only its sister ties
// to her; each round reads the one before, so order does not matter. Nobody's
// word comes back: what a child's row says of the mother's home is not heard
// again from the mother.
func (f *former) lean() {
	pulls := f.pulls()
	own := f.homes
	for round := range 2 {
		next := make([][]home, len(f.people))
		f.parallel(len(f.people), func(i int) { next[i] = f.leaned(own, int32(i), pulls, round > 0) })
		f.homes = next
	}
}

// leaned returns p's own homes with what p's people say of theirs. Once they
// have heard others, what they heard from p is left out.
func (f *former) leaned(own [][]home, p int32, pulls [][]pull, again bool) []home {
	if len(pulls[p]) == 0 {
		return own[p]
	}
	out := slices.Clone(own[p])
	for _, q := range pulls[p] {
		said := f.homes[q.to]
		if again {
			said = withoutEcho(said, own[p], pulls[q.to], p)
		}
		sum := 0.0
		for _, h := range said {
			sum += h.score
		}
		for _, h := range said {
			if f.where.list[h.dwelling].refuge && !f.isChild(p) && !hasHome(own[p], h.dwelling) {
				continue // nobody is taken to a refuge by what others' rows say
			}
			out = addScore(out, h.dwelling, q.coef*h.score/max(1, sum))
		}
	}
	if len(out) > 2*maxHomes {
		slices.SortFunc(out, func(a, b home) int {
			return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.dwelling, b.dwelling))
		})
		out = out[:2*maxHomes]
		slices.SortFunc(out, func(a, b home) int { return cmp.Compare(a.dwelling, b.dwelling) })
	}
	return out
}

func hasHome(homes []home, dwelling int32) bool {
	return slices.ContainsFunc(homes, func(h home) bool { return h.dwelling == dwelling && h.said() })
}

// withoutEcho takes from homes what p's own homes put there.
func withoutEcho(homes, own []home, pulls []pull, p int32) []home {
	i, ok := slices.BinarySearchFunc(pulls, p, func(x pull, p int32) int { return cmp.Compare(x.to, p) })
	if !ok || len(own) == 0 {
		return homes
	}
	sum := 0.0
	for _, h := range own {
		sum += h.own
	}
	out := slices.Clone(homes)
	for _, h := range own {
		j, ok := slices.BinarySearchFunc(out, h.dwelling, func(x home, d int32) int { return cmp.Compare(x.dwelling, d) })
		if ok {
			echo := pulls[i].coef * h.own / max(1, sum) * damping(out[j])
			out[j].score = max(0, out[j].score-echo)
		}
	}
	return out
}

func damping(h home) float64 {
	if !h.said() {
		return 1
	}
	return h.damp
}

func addScore(homes []home, dwelling int32, score float64) []home {
	if score == 0 {
		return homes
	}
	i, ok := slices.BinarySearchFunc(homes, dwelling, func(h home, d int32) int { return cmp.Compare(h.dwelling, d) })
	if !ok {
		homes = slices.Insert(homes, i, home{dwelling: dwelling})
	}
	homes[i].score += score * damping(homes[i])
	return homes
}

// mainHome returns the index of the person's main dwelling among homes, -1
// where nothing carries enough.
func (f *former) mainHome(homes []home) int {
	best := -1
	for i, h := range homes {
		if h.chance < leastChance {
			continue
		}
		if best < 0 || f.better(h, homes[best]) {
			best = i
		}
	}
	full := -1
	for i, h := range homes {
		if best >= 0 && f.where.means(homes[best].dwelling, h.dwelling) && h.score > 0 && (full < 0 || f.better(h, homes[full])) {
			full = i
		}
	}
	if full >= 0 {
		return full
	}
	return best
}

func (f *former) better(a, b home) bool {
	if a.bits != b.bits {
		return a.bits > b.bits
	}
	return cmp.Or(cmp.Compare(a.own, b.own), cmp.Compare(a.start, b.start), cmp.Compare(a.last, b.last),
		cmp.Compare(f.where.list[b.dwelling].order, f.where.list[a.dwelling].order)) > 0
}
