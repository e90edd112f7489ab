package eligibility

import "github.com/hearthmatch/hearth/family"

// judgeTenancies looks at the state of the members' live tenancies. A state
// repeated on several rows counts once; it is the tenants who answer for it,
// or everybody on the tenancy where no member is its tenant. Where the housing
// feed does not cover the area and no member is on any tenancy, nothing is
// known.
func judgeTenancies(fs *facts, who ages, from, to family.Date, what string,
	state func(*tenancyState) (day family.Date, ok bool)) answer {
	var f found
	count := 0
	for t := range fs.tenancies {
		ten := &fs.tenancies[t]
		holders := 0
		for _, i := range ten.holders {
			if who.include(&fs.members[i]) {
				holders++
			}
		}
		if holders == 0 {
			continue
		}
		var rows []seen
		for i := range ten.states {
			if day, ok := state(&ten.states[i]); ok {
				rows = append(rows, seen{ten.states[i].row, day})
			}
		}
		if len(rows) == 0 {
			continue
		}
		count++
		f.proof = append(f.proof, rows...)
		for _, i := range ten.holders {
			if m := &fs.members[i]; who.include(m) {
				f.met = append(f.met, m.id)
			}
		}
	}
	return f.answer(from, to, func(s family.Status) string {
		if s == family.Met {
			return plural(count, "tenancy", "tenancies") + " with " + what
		}
		return "no open tenancy with " + what
	})
}

// unknownHousing makes a test that found nothing unknown where the housing
// feed cannot have shown it.
func unknownHousing(fs *facts, who ages, a answer) answer {
	if a.status != family.NotMet || len(fs.tenancies) > 0 || fs.cov.Complete(family.Housing, fs.asAt) {
		return a
	}
	if a.persons = fs.concernedIDs(who); len(a.persons) > 0 {
		a.status = family.Unknown
		a.note = "no member is on a tenancy, and housing data are not declared complete for the area"
	}
	return a
}

// landlordASB is a landlord's case of antisocial behaviour in which the
// tenancy is the perpetrator, never the complainant. It is never unknown by
// itself: the police know of antisocial behaviour too.
type landlordASB struct {
	Roles  []string `yaml:"roles"`
	Stages []string `yaml:"stages"` // any if not given
	Within window   `yaml:"within"`
}

func (t *landlordASB) check(c *checker) {
	c.values("roles", t.Roles, asbRoles)
	c.filled("roles", len(t.Roles)) // without it a complainant would count
	c.values("stages", t.Stages, asbStages)
	c.months("within", t.Within)
}

func (t *landlordASB) judge(fs *facts, who ages) answer {
	from, to := t.Within.span(fs.asAt)
	return judgeTenancies(fs, who, from, to, "such a landlord's case since "+from.String(),
		func(s *tenancyState) (family.Date, bool) {
			return s.asbDate, within(s.asbDate, from, to) && s.asbRole != "" &&
				listed(t.Roles, s.asbRole) && listed(t.Stages, s.asbStage)
		})
}

// tenancyNotice is a notice on an open tenancy; with a window, one dated in it.
type tenancyNotice struct {
	Types         []string `yaml:"types"`   // any if not given
	Grounds       []string `yaml:"grounds"` // any, or none, if not given
	TemporaryOnly bool     `yaml:"temporary_only"`
	Within        window   `yaml:"within"`
}

func (t *tenancyNotice) check(c *checker) {
	c.values("types", t.Types, noticeTypes)
	c.values("grounds", t.Grounds, noticeGrounds)
	if !t.Within.none() {
		c.months("within", t.Within)
	}
}

func (t *tenancyNotice) judge(fs *facts, who ages) answer {
	var from, to family.Date
	what := "such a notice"
	if !t.Within.none() {
		from, to = t.Within.span(fs.asAt)
		what = "such a notice since " + from.String()
	}
	a := judgeTenancies(fs, who, from, to, what, func(s *tenancyState) (family.Date, bool) {
		dated := t.Within.none() && s.noticeDate <= fs.asAt || s.noticeDate != 0 && within(s.noticeDate, from, to)
		ok := dated && s.notice != "" && listed(t.Types, s.notice) && listed(t.Grounds, s.ground) &&
			(s.temporary || !t.TemporaryOnly)
		return s.noticeDate, ok
	})
	return unknownHousing(fs, who, a)
}

// homelessDuty is a duty owed to the family as homeless.
type homelessDuty struct {
	Duties []string `yaml:"duties"`
}

func (t *homelessDuty) check(c *checker) {
	c.values("duties", t.Duties, homelessDuties)
	c.filled("duties", len(t.Duties))
}

func (t *homelessDuty) judge(fs *facts, who ages) answer {
	a := judgeTenancies(fs, who, 0, 0, "a homelessness duty", func(s *tenancyState) (family.Date, bool) {
		return s.row.AsAt, s.duty != "" && listed(t.Duties, s.duty) && s.dutySince <= fs.asAt
	})
	return unknownHousing(fs, who, a)
}

// arrears is rent owed for a number of weeks on an open tenancy.
type arrears struct {
	Weeks bound `yaml:"weeks"`
}

func (t *arrears) check(c *checker) { c.count("weeks", t.Weeks) }

func (t *arrears) judge(fs *facts, who ages) answer {
	what := "arrears of " + t.Weeks.text + " weeks"
	a := judgeTenancies(fs, who, 0, 0, what, func(s *tenancyState) (family.Date, bool) {
		return s.row.AsAt, t.Weeks.meets(int64(s.arrearsWeeks), 1)
	})
	return unknownHousing(fs, who, a)
}
