package returns

import (
	"strings"

	"github.com/hearthmatch/hearth/casework/funnel"
	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/tablefile"
)

var familyColumns = []column[*sent]{
	{name: "family_ref", kind: tablefile.Text, in: inBoth, note: "the family; in an aggregate return made with the council's key",
		value: func(_ *maker, s *sent) any { return s.ref }},
	{name: "household_ref", kind: tablefile.Text, in: inIdentified, note: "its household's id at the time of the return; blank if it cannot be found",
		value: func(_ *maker, s *sent) any { return text(s.Household) }},
	{name: "la_code", kind: tablefile.Text, in: inBoth, note: "the authority's code",
		value: func(m *maker, _ *sent) any { return text(m.LACode) }},
	{name: "framework", kind: tablefile.Text, in: inBoth, note: "the framework's id",
		value: func(m *maker, s *sent) any { return m.shown.text(funnel.Framework, s.Framework) }},
	{name: "identified", kind: tablefile.Date, in: inIdentified, note: "day on which the case was opened",
		value: func(_ *maker, s *sent) any { return day(s.Identified) }},
	{name: "start", kind: tablefile.Date, in: inIdentified, note: "day on which support began; blank if it has not",
		value: func(m *maker, s *sent) any { return day(by(s.WorkedWith, m.To)) }},
	{name: "start_quarter", kind: tablefile.Text, in: inAggregate, note: "quarter of the financial year in which support began, such as 2013-14 Q1",
		value: func(m *maker, s *sent) any { return m.shown.quarter(by(s.WorkedWith, m.To), "worked_with") }},
	{name: "end", kind: tablefile.Date, in: inIdentified, note: "day on which the case was closed; blank while it is open",
		value: func(m *maker, s *sent) any { return day(by(s.Closed, m.To)) }},
	{name: "lead_practitioner_org", kind: tablefile.Text, in: inBoth, note: "the lead agency",
		value: func(m *maker, s *sent) any { return m.shown.text(funnel.LeadAgency, s.LeadAgency) }},
	{name: "lead_practitioner", kind: tablefile.Text, in: inIdentified, note: "the lead practitioner",
		value: func(_ *maker, s *sent) any { return text(s.Practitioner) }},
	{name: "ward", kind: tablefile.Text, in: inIdentified, note: "ward on the day the case was opened; blank at a protected address",
		value: func(_ *maker, s *sent) any {
			if s.Protected {
				return nil
			}
			return text(s.Area.Ward)
		}},
	{name: "needs", kind: tablefile.Text, in: inIdentified, note: "the needs' ids, joined by ;",
		value: func(_ *maker, s *sent) any { return list(s.criteria()) }},
	{name: "headlines", kind: tablefile.Text, in: inBoth, note: "the headlines of its needs, joined by ;",
		value: func(m *maker, s *sent) any { return list(m.shown.each(funnel.Headline, s.Headlines)) }},
	{name: "results", kind: tablefile.Text, in: inBoth, note: "the results that stand at the end of the period, joined by ;",
		value: func(m *maker, s *sent) any {
			if !m.shown.framework(s.Framework) { // a result's name would tell it
				return nil
			}
			return list(m.shown.of(s.standing(m.To)))
		}},
	{name: "outcome_dates", kind: tablefile.Text, in: inIdentified, note: "the days of those results, joined by ;",
		value: func(m *maker, s *sent) any {
			return joined(s.standing(m.To), func(r funnel.Result) string { return r.Day.String() })
		}},
	{name: "claim_ids", kind: tablefile.Text, in: inIdentified, note: "the claims of those results, joined by ;",
		value: func(m *maker, s *sent) any {
			return joined(s.standing(m.To), func(r funnel.Result) string { return r.Claim })
		}},
	{name: "ea_flag", kind: tablefile.Boolean, in: inBoth, note: "whether the council is paid up front (earned autonomy)",
		value: func(_ *maker, s *sent) any { return s.EarnedAutonomy }},
	{name: "legal_basis", kind: tablefile.Text, in: inIdentified, note: "the law that allows this row to be sent",
		value: func(m *maker, _ *sent) any { return m.LegalBasis }},
}

// by is a day, if it had come by another.
func by(d, to family.Date) family.Date {
	if d > to {
		return 0
	}
	return d
}

func joined(of []funnel.Result, part func(funnel.Result) string) any {
	var out []string
	for _, r := range of {
		out = append(out, part(r))
	}
	return list(out)
}

func (s *sent) criteria() []string {
	var out []string
	for _, n := range s.Needs {
		out = append(out, n.Criterion)
	}
	return out
}

func (m *maker) familyTable() tablefile.Table {
	return lay(m, "family", "Families in the programme at the end of the period, a row each.", familyColumns, m.families)
}

// memberRow is a member of a family.
type memberRow struct {
	family *sent
	Member
}

var memberColumns = []column[memberRow]{
	{name: "person_ref", kind: tablefile.Text, in: inIdentified, note: "the person's id",
		value: func(_ *maker, r memberRow) any { return r.Person }},
	{name: "family_ref", kind: tablefile.Text, in: inBoth, note: "the family, as in the table family",
		value: func(_ *maker, r memberRow) any { return r.family.ref }},
	{name: "role", kind: tablefile.Text, in: inBoth, note: "adult, child, dual_resident_child, non_resident_parent or associate",
		value: func(_ *maker, r memberRow) any { return r.Role.String() }},
	{name: "dob_month", kind: tablefile.Text, in: inIdentified, note: "month of birth, YYYY-MM",
		value: func(_ *maker, r memberRow) any { return month(r.Born) }},
	{name: "age_band", kind: tablefile.Text, in: inAggregate, note: "age at the end of the period: 0-4, 5-10, 11-15, 16-17, 18-24, 25-49 or 50+",
		value: func(m *maker, r memberRow) any { return text(band(r.Born, m.To)) }},
	{name: "sex", kind: tablefile.Text, in: inBoth, note: "M, F or X",
		value: func(_ *maker, r memberRow) any {
			if r.Sex == 0 {
				return nil
			}
			return string(r.Sex)
		}},
	{name: "upn", kind: tablefile.Text, in: inIdentified, note: "unique pupil number",
		value: func(_ *maker, r memberRow) any { return text(r.UPN) }},
	{name: "nino", kind: tablefile.Text, in: inIdentified, note: "National Insurance number",
		value: func(_ *maker, r memberRow) any { return text(r.NINO) }},
	{name: "nhs_number", kind: tablefile.Text, in: inIdentified, note: "NHS number",
		value: func(_ *maker, r memberRow) any { return text(r.NHS) }},
	{name: "postcode", kind: tablefile.Text, in: inIdentified, note: "blank where withheld",
		value: func(_ *maker, r memberRow) any { return r.address(r.Postcode) }},
	{name: "uprn", kind: tablefile.Text, in: inIdentified, note: "unique property reference number; blank where withheld",
		value: func(_ *maker, r memberRow) any { return r.address(r.UPRN) }},
	{name: "address_withheld", kind: tablefile.Boolean, in: inIdentified, note: "whether the address is withheld because it is protected",
		value: func(_ *maker, r memberRow) any { return r.withheld() }},
	{name: "joined", kind: tablefile.Date, in: inIdentified, note: "since when the person has been of the family; blank if not known",
		value: func(_ *maker, r memberRow) any { return day(r.Joined) }},
	{name: "left", kind: tablefile.Date, in: inIdentified, note: "until when; blank while the person is",
		value: func(_ *maker, r memberRow) any { return day(r.Left) }},
	{name: "legal_basis", kind: tablefile.Text, in: inIdentified, note: "the law that allows this row to be sent",
		value: func(m *maker, _ memberRow) any { return m.LegalBasis }},
}

func (r *memberRow) withheld() bool { return r.AddressWithheld || r.family.Protected }

func (r *memberRow) address(s string) any {
	if r.withheld() {
		return nil
	}
	return text(s)
}

// band is the age band of somebody at a day, blank if the age is not known. Its
// order as text is that of age.
func band(born, at family.Date) string {
	age := born.AgeAt(at)
	for _, b := range []struct {
		below int
		name  string
	}{{0, ""}, {5, "0-4"}, {11, "5-10"}, {16, "11-15"}, {18, "16-17"}, {25, "18-24"}, {50, "25-49"}} {
		if age < b.below {
			return b.name
		}
	}
	return "50+"
}

func (m *maker) memberTable() tablefile.Table {
	var rows []memberRow
	for _, s := range m.families {
		for _, p := range s.members {
			rows = append(rows, memberRow{s, p})
		}
	}
	return lay(m, "member", "The members of those families, a row each.", memberColumns, rows)
}

// needRow is a need of a family.
type needRow struct {
	family *sent
	Need
}

var needColumns = []column[needRow]{
	{name: "family_ref", kind: tablefile.Text, in: inBoth, note: "the family, as in the table family",
		value: func(_ *maker, r needRow) any { return r.family.ref }},
	{name: "headline", kind: tablefile.Text, in: inBoth, note: "the headline's id",
		value: func(_ *maker, r needRow) any { return text(r.Headline) }},
	{name: "need_code", kind: tablefile.Text, in: inBoth, note: "the need's id in the framework",
		value: func(m *maker, r needRow) any { return m.shown.criterion(r.family.Framework, r.Headline, r.Criterion) }},
	{name: "identified", kind: tablefile.Date, in: inIdentified, note: "day on which it was found",
		value: func(_ *maker, r needRow) any { return day(r.Found) }},
	{name: "source", kind: tablefile.Text, in: inBoth, note: "data, or nomination by a professional",
		value: func(_ *maker, r needRow) any {
			if r.Nominated {
				return "nomination"
			}
			return "data"
		}},
	{name: "evidence_ref", kind: tablefile.Text, in: inIdentified, note: "the rows that show it, feed/record_id, joined by ;",
		value: func(_ *maker, r needRow) any {
			refs := make([]string, len(r.Evidence))
			for i, e := range r.Evidence {
				refs[i] = e.String()
			}
			return text(strings.Join(refs, ";"))
		}},
	{name: "achieved", kind: tablefile.Date, in: inIdentified, note: "day on which its outcome was reached; blank if it has not been",
		value: func(m *maker, r needRow) any { return day(by(r.Achieved, m.To)) }},
	{name: "sustained_to", kind: tablefile.Date, in: inIdentified, note: "day to which that has been sustained; blank if not for long enough",
		value: func(m *maker, r needRow) any { return day(by(r.Sustained, m.To)) }},
	{name: "is_achieved", kind: tablefile.Boolean, in: inAggregate, note: "whether its outcome was reached",
		value: func(m *maker, r needRow) any { return by(r.Achieved, m.To) != 0 }},
	{name: "is_sustained", kind: tablefile.Boolean, in: inAggregate, note: "whether that has been sustained for long enough",
		value: func(m *maker, r needRow) any { return by(r.Sustained, m.To) != 0 }},
	{name: "legal_basis", kind: tablefile.Text, in: inIdentified, note: "the law that allows this row to be sent",
		value: func(m *maker, _ needRow) any { return m.LegalBasis }},
}

func (m *maker) needTable() tablefile.Table {
	var rows []needRow
	for _, s := range m.families {
		for _, n := range s.Needs {
			if n.Found <= m.To && m.shown.headline(n.Headline) {
				rows = append(rows, needRow{s, n})
			}
		}
	}
	return lay(m, "need", "The needs of those families, a row each. An aggregate return leaves out those under a headline of which the funnel withholds a count.", needColumns, rows)
}
