package synth

import (
	"github.com/hearthmatch/hearth/family"
)

// episode is one spell of an agency's work with one person.
type episode struct {
	agency, kind, need string
	start, end         family.Date
	died               family.Date
}

func (p *printer) involvement(s *sheet) {
	styles := map[string]*style{}
	for _, k := range []string{"social_care", "early_help", "youth_offending", "probation", "health", "fire", "voluntary", "neet", "schools", "other"} {
		st := p.w.newStyle()
		styles[k] = &st
	}
	for hi := p.from.homes; hi < p.to.homes; hi++ {
		p.householdWork(s, int32(hi), styles)
	}
	for i := p.from.people; i < p.to.people; i++ {
		p.personalWork(s, int32(i), styles)
	}
}

// householdWork writes the agencies that work with a whole family.
func (p *printer) householdWork(s *sheet, hi int32, styles map[string]*style) {
	h := &p.w.homes[hi]
	adults, children := p.whoLives(hi)
	if len(children) == 0 || len(adults) == 0 || p.w.dwellings[p.w.dwellingNow(hi)].outside {
		if h.social && len(adults) > 0 && h.trouble > 0.3 && p.d.chance(0.2) {
			p.episodeRow(s, adults[0].person, p.newEpisode(pick(p.d, "voluntary", "fire"), "visit", ""), styles)
		}
		return
	}
	t := h.trouble
	if p.d.chance(0.015 + 0.4*t*t) {
		kind := pick(p.d, "assessment", "cin", "cin", "s47", "cp_plan", "open_case")
		for _, m := range children {
			if p.d.chance(0.9) {
				need := ""
				if p.d.chance(0.35) {
					need = pick(p.d, "5.1", "5.2", "6.1", "8.3", "2.2")
				}
				p.episodeRow(s, m.person, p.newEpisode("social_care", kind, need), styles)
			}
		}
		if p.d.chance(0.5) {
			p.episodeRow(s, adults[0].person, p.newEpisode("social_care", "open_case", pick(p.d, "", "", "4.1", "3.2")), styles)
		}
	}
	if p.d.chance(0.03 + 0.3*t) {
		for _, m := range append(adults[:1:1], children...) {
			if p.d.chance(0.7) {
				p.episodeRow(s, m.person, p.newEpisode("early_help", pick(p.d, "open_case", "assessment", "referral"),
					pick(p.d, "", "", "", "5.1", "5.3", "2.3")), styles)
			}
		}
	}
	if p.d.chance(0.02 + 0.06*t) {
		p.episodeRow(s, adults[p.d.IntN(len(adults))].person, p.newEpisode("fire", "visit", ""), styles)
	}
}

// personalWork writes what agencies do with one person, and deaths.
func (p *printer) personalWork(s *sheet, pi int32, styles map[string]*style) {
	pe := &p.w.people[pi]
	if pe.professional || len(pe.stays) == 0 {
		return
	}
	if pe.died != 0 && p.d.chance(0.8) {
		e := episode{agency: pick(p.d, "health", "other", "health"), kind: "death", start: pe.died, end: pe.died, died: pe.died}
		p.episodeRow(s, pi, e, styles)
	}
	last := pe.stays[len(pe.stays)-1]
	if p.w.dwellings[last.dwelling].outside || pe.died != 0 {
		return
	}
	t, age := p.w.homes[last.home].trouble, pe.age(p.w.asAt)
	if p.d.chance(0.07+0.13*t) || age >= 75 && p.d.chance(0.2) || age < 3 && p.d.chance(0.3) {
		need := ""
		if p.d.chance(0.08 + 0.25*t) {
			need = pick(p.d, "3.1", "3.2", "3.3", "4.1", "4.2")
		}
		if age < 3 && p.d.chance(0.4) {
			need = pick(p.d, "2.1", "2.2", "2.3", "")
		}
		p.episodeRow(s, pi, p.newEpisode("health", pick(p.d, "treatment", "open_case", "referral"), need), styles)
	}
	if age >= 10 && age < 18 && pe.offender > 0.2 && p.d.chance(0.4) {
		p.episodeRow(s, pi, p.newEpisode("youth_offending", pick(p.d, "open_case", "community_order", "referral"), ""), styles)
	}
	if age >= 18 && pe.offender > 0.25 && p.d.chance(0.35) {
		p.episodeRow(s, pi, p.newEpisode("probation", pick(p.d, "licence", "community_order", "suspended_sentence"), ""), styles)
	}
	if age >= 16 && age <= 18 && p.d.chance(0.03+0.35*t) {
		p.episodeRow(s, pi, p.newEpisode("neet", "neet", pick(p.d, "10.3", "")), styles)
	}
	if age >= 5 && age < 16 && p.d.chance(0.008+0.06*t) {
		p.episodeRow(s, pi, p.newEpisode("schools", "nomination", pick(p.d, "1.4", "6.1", "7.2", "")), styles)
	}
	if p.w.relationOf(last.home, pi) == relFoster {
		p.episodeRow(s, pi, p.newEpisode("social_care", "open_case", ""), styles)
	}
	if p.w.homes[last.home].kind == kindCare && age < 18 { // nobody looks after a child without an open case
		p.episodeRow(s, pi, episode{agency: "social_care", kind: "open_case", start: last.from}, styles)
	}
}

func (p *printer) newEpisode(agency, kind, need string) episode {
	e := episode{agency: agency, kind: kind, need: need, start: p.d.day(p.w.asAt-900, p.w.asAt-4)}
	if p.d.chance(0.5) {
		e.end = p.d.day(e.start, p.w.asAt)
	}
	if agency == "fire" || kind == "visit" {
		e.end = e.start
	}
	return e
}

func (p *printer) episodeRow(s *sheet, pi int32, e episode, styles map[string]*style) {
	st := styles[e.agency]
	if born := p.w.people[pi].dob; e.start < born {
		e.start = born
		if e.end != 0 {
			e.end = max(e.end, born)
		}
	}
	pr := p.w.errors.involvement
	if e.agency == "health" {
		pr.nhs = 0.85
	}
	at := e.start
	if e.end == 0 && p.d.chance(0.5) {
		at = p.w.asAt
	}
	id := p.w.register(p.d, pi, at, &pr, st)
	if p.d.chance(0.005) { // the agency's own office in place of a home
		id.address1, id.address2, id.uprn, id.postcode = pick(p.d, "Civic Centre", "c/o Social Services", "Mere House, Family Hub"), "", "", "HE1 1AA"
	}
	s.person(&id, st)
	s.set(family.ColAgencyKind, e.agency)
	p.seq++
	s.set(family.ColEpisodeRef, "E"+pad(p.seq*11+3, 8))
	s.set(family.ColEpisodeType, e.kind)
	s.set(family.ColNeedCode, e.need)
	s.set(family.ColStart, st.date(e.start))
	s.set(family.ColEnd, st.date(e.end))
	s.set(family.ColStatus, "closed")
	if e.end == 0 {
		s.set(family.ColStatus, "open")
		if p.d.chance(0.6) {
			name := pick(p.d, "A. Marlow", "J. Teale", "R. Quist", "S. Bramhope", "D. Okell", "M. Farleigh", "P. Sandwell")
			s.set(family.ColLeadPractitioner, name)
			s.set(family.ColLeadPractitionerContact, "01632 960"+pad(len(name)*37%1000, 3))
		}
	}
	s.set(family.ColDateOfDeath, st.date(e.died))
	p.emit(s, p.next("INV"), pi)
}
