package synth

import (
	"github.com/hearthmatch/hearth/family"
)

// claim is one benefit claim of a household.
type claim struct {
	ref, benefit   string
	start, end     family.Date
	inWork, regime string
}

var dwpStyle = style{upperSurname: true, upperAll: true, plain: true, iso: true, oneLine: true}

func (p *printer) benefits(s *sheet) {
	council := p.w.newStyle()
	p.dwp = map[int32]identity{}
	for hi := p.from.homes; hi < p.to.homes; hi++ {
		p.claims(s, int32(hi), &council)
	}
	p.dwp = nil
}

// claims writes a household's claims: out of work or topped up, council tax
// and rent help, disability, and DWP's answers about its adults.
func (p *printer) claims(s *sheet, hi int32, council *style) {
	h := &p.w.homes[hi]
	if len(h.members) == 0 || p.w.dwellings[h.homes[len(h.homes)-1].dwelling].outside || h.kind == kindCare {
		return
	}
	adults, children := p.whoLives(hi)
	if len(adults) == 0 {
		return
	}
	head := &p.w.people[adults[0].person]
	pensioner := head.age(p.w.asAt) >= 66
	workless := !pensioner && p.d.chance(min(0.95, 0.06+0.85*h.trouble+0.12*float64(btoi(len(adults) == 1 && len(children) > 0))))
	poor := workless || p.d.chance(0.22)
	switch {
	case workless:
		p.outOfWork(s, hi, adults, children)
	case poor && !pensioner && p.d.chance(0.7):
		c := p.newClaim("UC", h, p.d.chance(0.9))
		c.inWork, c.regime = "Y", "working"
		p.claimRows(s, hi, &c, adults, children, &dwpStyle)
	}
	if poor && (h.social || p.d.chance(0.5)) || pensioner && p.d.chance(0.3) {
		c := p.newClaim(pick(p.d, "CTR", "CTR", "HB"), h, p.d.chance(0.85))
		p.claimRows(s, hi, &c, adults, children, council)
	}
	for _, m := range append(adults[:len(adults):len(adults)], children...) {
		if p.d.chance(0.012 + 0.05*h.trouble + 0.06*float64(btoi(pensioner))) {
			c := p.newClaim(pick(p.d, "PIP", "PIP", "DLA"), h, p.d.chance(0.85))
			c.start = max(c.start, p.w.people[m.person].dob)
			c.end = max(c.end, c.start*family.Date(btoi(c.end != 0)))
			p.claimRow(s, &c, m, "claimant", &dwpStyle)
		}
	}
	p.answers(s, adults, children, workless)
}

// whoLives splits the present members into those who claim and dependants.
func (p *printer) whoLives(hi int32) (adults, children []member) {
	for _, m := range p.w.current(hi) {
		switch age := p.w.people[m.person].age(p.w.asAt); {
		case (m.rel == relSelf || m.rel == relPartner) && age >= 18:
			adults = append(adults, m)
		case age < 19 && m.rel != relFoster:
			children = append(children, m)
		}
	}
	return adults, children
}

func (p *printer) newClaim(benefit string, h *household, open bool) claim {
	p.seq++
	c := claim{ref: benefit + "-" + pad(p.seq*13+7, 8), benefit: benefit}
	c.start = p.d.day(max(h.homes[0].from-100, p.w.asAt.AddYears(-6)), p.w.asAt-15)
	if !open {
		c.end = p.d.day(c.start+10, p.w.asAt-1)
	}
	return c
}

func (p *printer) outOfWork(s *sheet, hi int32, adults, children []member) {
	h := &p.w.homes[hi]
	c := p.newClaim(pick(p.d, "UC", "UC", "UC", "UC", "UC", "ESA", "JSA", "IS", "CA"), h, p.d.chance(0.9))
	if c.benefit == "UC" {
		c.inWork = "N"
		c.regime = pick(p.d, "searching", "preparing", "planning", "none")
	} else if p.d.chance(0.5) {
		c.inWork = "N"
	}
	p.claimRows(s, hi, &c, adults, children, &dwpStyle)
	if p.d.chance(0.3) { // an earlier spell
		old := p.newClaim("UC", h, false)
		old.inWork = pick(p.d, "N", "Y")
		p.claimRows(s, hi, &old, adults, nil, &dwpStyle)
	}
}

// claimRows writes a claim's people. Someone who left is often still on it.
func (p *printer) claimRows(s *sheet, hi int32, c *claim, adults, children []member, st *style) {
	for i, m := range adults {
		role := "partner"
		if i == 0 {
			role = "claimant"
		}
		if i < 2 && (i == 0 || p.d.chance(0.88)) {
			p.claimRow(s, c, m, role, st)
		}
	}
	for _, m := range children {
		if p.d.chance(0.78) {
			p.claimRow(s, c, m, "dependant", st)
		}
	}
	for _, m := range p.w.homes[hi].members {
		pe := &p.w.people[m.person]
		gone := m.to != 0 && m.to > p.w.asAt-800 && m.rel != relGuest && m.rel != relShared && c.start < m.to && len(pe.stays) > 0
		if gone && p.d.chance(0.22) {
			role := "dependant"
			if m.rel == relPartner {
				role = "partner"
			}
			p.claimRow(s, c, m, role, st)
		}
	}
}

func (p *printer) claimRow(s *sheet, c *claim, m member, role string, st *style) {
	at := p.w.asAt
	if p.d.chance(0.35) {
		at = max(c.start, m.from)
	}
	if m.to != 0 {
		at = min(at, m.to-1)
	}
	id := p.claimant(m.person, at, st)
	s.person(&id, st)
	s.set(family.ColClaimRef, c.ref)
	s.set(family.ColBenefit, c.benefit)
	s.set(family.ColSpellStart, st.date(c.start))
	s.set(family.ColSpellEnd, st.date(c.end))
	s.set(family.ColInWork, c.inWork)
	s.set(family.ColConditionality, c.regime)
	s.set(family.ColRole, role)
	p.emit(s, p.next("BEN"), m.person)
}

// claimant is somebody as DWP or the council's benefits office holds them: DWP
// mostly under the particulars that it has already.
func (p *printer) claimant(pi int32, at family.Date, st *style) identity {
	if id, ok := p.dwp[pi]; ok && st == &dwpStyle && p.d.chance(0.7) {
		return id
	}
	id := p.w.register(p.d, pi, at, &p.w.errors.benefit, st)
	if st == &dwpStyle {
		p.dwp[pi] = id
	}
	return id
}

// answers writes what DWP said about the adults whom the council asked about.
func (p *printer) answers(s *sheet, adults, children []member, workless bool) {
	ask := 0.12
	if len(children) > 0 {
		ask = 0.6
	}
	for _, m := range adults {
		if !p.d.chance(ask) {
			continue
		}
		id := p.claimant(m.person, p.w.asAt, &dwpStyle)
		if p.d.chance(0.3) {
			id.nino = ""
		}
		result := "NOT_ON_OOW_BENEFIT"
		if workless {
			result = "ON_OOW_BENEFIT"
		}
		switch x := p.d.Float64(); {
		case x < 0.14:
			result = "NO_MATCH"
		case x < 0.16:
			result = "AMBIGUOUS"
		}
		s.person(&id, &dwpStyle)
		p.seq++
		s.set(family.ColClaimRef, "")
		s.set(family.ColBenefit, "none")
		s.set(family.ColRole, "claimant")
		s.set(family.ColMatchResult, result)
		s.set(family.ColMatchRequestRef, "RQ"+pad(p.seq, 7))
		s.set(family.ColAnsweredOn, dwpStyle.date(p.w.asAt-family.Date(p.d.between(3, 60))))
		p.emit(s, p.next("DWP"), m.person)
	}
}
