package synth

import (
	"strconv"

	"github.com/hearthmatch/hearth/family"
)

// tenancy is one letting and its state, which every row of it repeats.
type tenancy struct {
	ref, landlord, tenure     string
	start, end                family.Date
	arrears                   string
	weeks                     int
	notice, ground            string
	noticeOn                  family.Date
	asbRef, asbRole, asbStage string
	asbOn                     family.Date
	duty                      string
	homeless                  family.Date
	placement                 string
	dwelling                  int32
}

func (p *printer) housing(s *sheet) {
	styles := make([]style, len(landlordNames))
	for i := range styles {
		styles[i] = p.w.newStyle()
	}
	for hi := p.from.homes; hi < p.to.homes; hi++ {
		h := &p.w.homes[hi]
		for ri, r := range h.homes {
			if p.lets(h, r) {
				t := p.newTenancy(h, r, ri == len(h.homes)-1)
				p.tenancyRows(s, h, r, &t, &styles[p.w.dwellings[r.dwelling].landlord])
			}
		}
	}
}

// lets says whether a landlord who delivers knows of the residence.
func (p *printer) lets(h *household, r residence) bool {
	d := &p.w.dwellings[r.dwelling]
	if d.outside || r.to != 0 && r.to < p.w.asAt-1200 || len(h.members) == 0 {
		return false
	}
	switch h.kind {
	case kindHostel, kindRefuge:
		return p.d.chance(0.9)
	case kindShared:
		return p.d.chance(0.4)
	case kindCare:
		return false
	}
	if d.social {
		return p.d.chance(0.97)
	}
	return p.d.chance(0.45) // private lettings under licence, and leaseholders
}

func (p *printer) newTenancy(h *household, r residence, last bool) tenancy {
	d := &p.w.dwellings[r.dwelling]
	p.seq++
	t := tenancy{ref: "T" + strconv.Itoa(500000+p.seq*3), landlord: landlordNames[d.landlord], dwelling: r.dwelling,
		start: r.from, placement: "none", tenure: pick(p.d, "secure", "secure", "assured", "assured", "introductory", "flexible")}
	if r.to != 0 && p.d.chance(0.93) {
		t.end = r.to
	}
	if !d.social {
		t.tenure = pick(p.d, "ast", "ast", "owner", "licence")
	}
	switch h.kind {
	case kindHostel:
		t.placement, t.tenure = "hostel", "licence"
	case kindRefuge:
		t.placement, t.tenure = "refuge", "licence"
	case kindShared:
		t.tenure = "licence"
	default:
		if last && d.social && h.trouble > 0.5 && p.w.asAt-r.from < 500 && p.d.chance(0.25) {
			t.placement, t.tenure = pick(p.d, "bb", "leased", "leased", "other"), "temporary"
		}
	}
	if p.d.chance(0.5) && t.placement == "none" {
		t.placement = ""
	}
	p.tenancyState(h, &t)
	return t
}

// tenancyState draws arrears, notices, nuisance and homelessness.
func (p *printer) tenancyState(h *household, t *tenancy) {
	tr, now := h.trouble, p.w.asAt
	since := max(t.start, now-700)
	if p.d.chance(0.1 + 0.65*tr) {
		t.weeks = 1 + int(p.d.ExpFloat64()*(1.5+11*tr))
		t.arrears = strconv.Itoa(t.weeks*p.d.between(85, 130)) + "." + p.d.digits(2)
		if p.d.chance(0.08) {
			t.arrears = "£" + t.arrears
		}
	} else if p.d.chance(0.4) {
		t.arrears = pick(p.d, "0", "0.00", "-"+strconv.Itoa(p.d.between(5, 200))+".50")
	}
	if t.weeks >= 6 && p.d.chance(0.45) {
		t.notice, t.ground = pick(p.d, "nsp", "nsp", "nsp", "possession-order", "noi"), "arrears"
		t.noticeOn = p.d.day(since, now)
	}
	if tr > 0.3 && p.d.chance(0.28*tr) {
		t.asbRef, t.asbRole = "ASB"+p.d.digits(6), "perpetrator"
		t.asbStage, t.asbOn = pick(p.d, "warning", "warning", "abc", "notice", "injunction"), p.d.day(since, now)
		if t.notice == "" && p.d.chance(0.15) {
			t.notice, t.ground, t.noticeOn = "nsp", "asb", t.asbOn
		}
	} else if p.d.chance(0.03) {
		t.asbRef, t.asbRole, t.asbOn = "ASB"+p.d.digits(6), "complainant", p.d.day(since, now)
	}
	if t.placement != "" && t.placement != "none" && p.d.chance(0.85) {
		t.duty, t.homeless = pick(p.d, "relief", "main", "main"), t.start-family.Date(p.d.between(0, 60))
	} else if p.d.chance(0.03 * tr) {
		t.duty, t.homeless = "prevention", p.d.day(max(since, now-200), now)
	}
}

// tenancyRows writes a row for each person the landlord has on file.
func (p *printer) tenancyRows(s *sheet, h *household, r residence, t *tenancy, st *style) {
	tenants := 0
	for _, m := range h.members {
		if m.from >= r.to && r.to != 0 || m.to != 0 && m.to <= r.from && m.to != m.from || len(p.w.people[m.person].stays) == 0 {
			continue
		}
		pe := &p.w.people[m.person]
		age := pe.age(max(t.start, m.from))
		role := "household_member"
		switch {
		case m.rel == relGuest:
			role = "lodger"
		case tenants == 0 && age >= 18:
			role = "tenant"
			tenants++
		case tenants == 1 && m.rel == relPartner && m.from <= t.start && p.d.chance(0.6):
			role = "joint_tenant"
			tenants++
		}
		listed := 0.9
		if m.from > t.start+30 {
			listed = 0.68 // landlords learn of newcomers late
		}
		if role == "household_member" && !p.d.chance(listed) || role == "lodger" && !p.d.chance(0.6) {
			continue
		}
		pe.second = pe.second || m.rel == relShared
		p.tenancyRow(s, h, t, m, role, st)
	}
}

func (p *printer) tenancyRow(s *sheet, h *household, t *tenancy, m member, role string, st *style) {
	at := max(t.start, m.from)
	if p.d.chance(0.3) {
		at = p.w.asAt
	}
	id := p.w.register(p.d, m.person, at, &p.w.errors.housing, st)
	id.address1, id.address2, id.town, id.postcode, id.uprn = "", "", "", "", ""
	p.w.putAddress(p.d, &id, t.dwelling, &p.w.errors.housing, st)
	st.dress(&id)
	s.person(&id, st)
	s.set(family.ColTenancyRef, t.ref)
	s.set(family.ColLandlord, t.landlord)
	s.set(family.ColTenure, t.tenure)
	s.set(family.ColTenancyStart, st.date(t.start))
	s.set(family.ColTenancyEnd, st.date(t.end))
	s.set(family.ColPersonRole, role)
	s.set(family.ColRelationshipToTenant, p.toTenant(h, m, role))
	if p.d.chance(0.8) {
		s.set(family.ColMovedIn, st.date(max(t.start, m.from)))
	}
	if left := m.to; left != 0 && left > t.start && (t.end == 0 || left <= t.end) && m.rel != relGuest && m.rel != relShared && p.d.chance(0.6) {
		s.set(family.ColMovedOut, st.date(max(left, m.from, t.start)))
	}
	p.putState(s, t, st)
	p.emit(s, p.next("HSG"), m.person)
}

func (p *printer) toTenant(h *household, m member, role string) string {
	if p.d.chance(0.06) {
		return ""
	}
	switch {
	case role == "tenant":
		return "self"
	case m.rel == relPartner:
		return "partner"
	case m.rel == relChild || m.rel == relStepChild || m.rel == relShared:
		if p.sharesParent(h.members[0].person, m.person) {
			return "child"
		}
		if p.d.chance(0.4) {
			return "other-relative"
		}
		return "child"
	case m.rel == relParent:
		return "parent"
	case m.rel == relSibling:
		return "sibling"
	case m.rel == relOther:
		return "other-relative"
	}
	return "not-related"
}

func (p *printer) sharesParent(parent, child int32) bool {
	c := &p.w.people[child]
	return c.mother == parent || c.father == parent
}

func (p *printer) putState(s *sheet, t *tenancy, st *style) {
	s.set(family.ColArrearsAmount, t.arrears)
	if t.weeks > 0 {
		s.count(family.ColArrearsWeeks, t.weeks)
	}
	s.set(family.ColNoticeType, t.notice)
	s.set(family.ColNoticeGround, t.ground)
	s.set(family.ColNoticeDate, st.date(t.noticeOn))
	s.set(family.ColASBCaseRef, t.asbRef)
	s.set(family.ColASBRole, t.asbRole)
	s.set(family.ColASBStage, t.asbStage)
	s.set(family.ColASBDate, st.date(t.asbOn))
	s.set(family.ColHomelessDuty, t.duty)
	s.set(family.ColHomelessSince, st.date(t.homeless))
	s.set(family.ColPlacement, t.placement)
}
