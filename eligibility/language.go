package eligibility

import (
	"maps"
	"slices"
	"strings"

	"cel.dev/cel-go/cel"
	"cel.dev/cel-go/common/types"
	"cel.dev/cel-go/common/types/ref"

	"github.com/hearthmatch/hearth/family"
)

// variable is a name that conditions may use.
type variable struct {
	name string
	typ  *cel.Type
	// listed are the values that the name can have; nil for any.
	listed *listed
	// counts says that the value is a number between least and most.
	counts      bool
	least, most int64
	get         func(*stage) ref.Val
}

const noMost = 1 << 40

func aDate(name string, get func(*stage) family.Date) *variable {
	return &variable{name: name, typ: cel.IntType, get: func(s *stage) ref.Val { return integer(get(s)) }}
}

func aCount[T ~int | ~int32 | ~int64 | ~uint8](name string, get func(*stage) T) *variable {
	return &variable{name: name, typ: cel.IntType, counts: true, most: noMost, get: func(s *stage) ref.Val { return integer(get(s)) }}
}

func aTruth(name string, get func(*stage) bool) *variable {
	return &variable{name: name, typ: cel.BoolType, get: func(s *stage) ref.Val { return truth(get(s)) }}
}

func aText(name string, get func(*stage) string) *variable {
	return &variable{name: name, typ: cel.StringType, get: func(s *stage) ref.Val { return text(get(s)) }}
}

func oneOf(name string, values *listed, get func(*stage) uint8) *variable {
	return &variable{name: name, typ: cel.StringType, listed: values, get: func(s *stage) ref.Val { return values.ready[get(s)] }}
}

// kind is a kind of evidence: what one row of it says, and what rows of it add
// up to.
type kind struct {
	name string
	row  []*variable
	sums []sum
}

// sum is something that rows add up to.
type sum struct {
	name   string
	signed bool // may be below nought
	date   bool
	get    func(*sums) int64
}

// The kinds of evidence.
var (
	sessions = &kind{name: "sessions", row: []*variable{
		aCount("session.possible", func(s *stage) int { return s.session.counts.Possible }),
		aCount("session.authorised", func(s *stage) int { return s.session.counts.Authorised }),
		aCount("session.unauthorised", func(s *stage) int { return s.session.counts.Unauthorised }),
		aCount("session.absent", func(s *stage) int { return s.session.counts.Absent() }),
		aTruth("session.possible_known", func(s *stage) bool { return s.session.possible }),
		aTruth("session.authorised_known", func(s *stage) bool { return s.session.authorised }),
		aTruth("session.unauthorised_known", func(s *stage) bool { return s.session.unauthorised }),
		aCount("session.suspensions", func(s *stage) int32 { return s.session.suspensionsThen() }),
		aTruth("session.permanent_exclusion", func(s *stage) bool { return s.session.end && s.session.excluded }),
		aTruth("session.on_roll", func(s *stage) bool { return !s.session.offRoll }),
		oneOf("session.provision", provisions, func(s *stage) uint8 { return s.session.provision }),
		oneOf("session.enrolment_status", enrolments, func(s *stage) uint8 { return s.session.enrolment }),
		aText("session.nc_year", func(s *stage) string { return s.session.row.Text(family.ColNCYear) }),
		aText("session.school_urn", func(s *stage) string { return s.session.row.Text(family.ColSchoolURN) }),
		aDate("session.period_start", func(s *stage) family.Date { return s.session.start }),
		aDate("session.period_end", func(s *stage) family.Date { return s.session.session.end }),
	}, sums: []sum{
		{name: "possible", get: func(s *sums) int64 { return s.possible }},
		{name: "authorised", get: func(s *sums) int64 { return s.authorised }},
		{name: "unauthorised", get: func(s *sums) int64 { return s.unauthorised }},
		{name: "absent", get: func(s *sums) int64 { return s.authorised + s.unauthorised }},
		{name: "suspensions", get: func(s *sums) int64 { return s.suspensions }},
		{name: "permanent_exclusions", get: func(s *sums) int64 { return s.exclusions }},
	}}
	events = &kind{name: "events", row: []*variable{
		oneOf("event.event_type", eventTypes, func(s *stage) uint8 { return s.event.kind }),
		oneOf("event.category", eventCategories, func(s *stage) uint8 { return s.event.nature }),
		oneOf("event.order_type", orderTypes, func(s *stage) uint8 { return s.event.order }),
		oneOf("event.risk", risks, func(s *stage) uint8 { return s.event.risk }),
		oneOf("event.role", policeRoles, func(s *stage) uint8 { return s.event.role }),
		{name: "event.outcome_type", typ: cel.IntType, counts: true, most: maxOutcome, get: func(s *stage) ref.Val { return integer(s.event.outcome) }},
		aText("event.offence_code", func(s *stage) string { return s.event.row.Text(family.ColOffenceCode) }),
		aDate("event.day", func(s *stage) family.Date { return s.eventDay }),
		aDate("event.outcome_date", func(s *stage) family.Date { return s.event.days[0] }),
		aDate("event.occurred_from", func(s *stage) family.Date { return s.event.days[1] }),
		aDate("event.occurred_to", func(s *stage) family.Date { return s.event.days[2] }),
		aDate("event.recorded_date", func(s *stage) family.Date { return s.event.days[3] }),
	}, sums: []sum{{name: "events", get: func(s *sums) int64 { return s.events }}}}
	claims = &kind{name: "claims", row: []*variable{
		oneOf("claim.benefit", benefits, func(s *stage) uint8 { return s.claim.benefit }),
		oneOf("claim.role", claimRoles, func(s *stage) uint8 { return s.claim.role }),
		oneOf("claim.in_work", yesNo, func(s *stage) uint8 { return s.claim.inWork }),
		oneOf("claim.conditionality", conditionality, func(s *stage) uint8 { return s.claim.conditionality }),
		oneOf("claim.match_result", matchResults, func(s *stage) uint8 { return s.claim.result }),
		aDate("claim.spell_start", func(s *stage) family.Date { return s.claim.start }),
		aDate("claim.spell_end", func(s *stage) family.Date { return s.claim.end }),
		aDate("claim.answered", func(s *stage) family.Date { return s.claim.answered }),
		aTruth("claim.open", func(s *stage) bool { return s.claim.open(s.fam.asAt) }),
		aTruth("claim.ended", func(s *stage) bool { return s.claim.ended(s.fam.asAt) }),
		aTruth("claim.overruled", func(s *stage) bool { return s.overruled }),
	}}
	tenancies = &kind{name: "tenancies", row: []*variable{
		oneOf("tenancy.tenure", tenures, func(s *stage) uint8 { return s.tenancy.tenure }),
		oneOf("tenancy.person_role", personRoles, func(s *stage) uint8 { return s.tenancy.role }),
		oneOf("tenancy.notice_type", noticeTypes, func(s *stage) uint8 { return s.tenancy.notice }),
		oneOf("tenancy.notice_ground", noticeGrounds, func(s *stage) uint8 { return s.tenancy.ground }),
		oneOf("tenancy.asb_role", asbRoles, func(s *stage) uint8 { return s.tenancy.asbRole }),
		oneOf("tenancy.asb_stage", asbStages, func(s *stage) uint8 { return s.tenancy.asbStage }),
		oneOf("tenancy.homeless_duty", homelessDuties, func(s *stage) uint8 { return s.tenancy.owed }),
		oneOf("tenancy.placement", placements, func(s *stage) uint8 { return s.tenancy.kept }),
		aCount("tenancy.arrears_weeks", func(s *stage) int32 { return s.tenancy.arrearsWeeks }),
		{name: "tenancy.arrears_pence", typ: cel.IntType, get: func(s *stage) ref.Val { return integer(s.tenancy.arrearsPence) }},
		aDate("tenancy.notice_date", func(s *stage) family.Date { return s.tenancy.noticeDate }),
		aDate("tenancy.asb_date", func(s *stage) family.Date { return s.tenancy.asbDate }),
		aDate("tenancy.homeless_since", func(s *stage) family.Date { return s.tenancy.duty }),
		aDate("tenancy.delivered", func(s *stage) family.Date { return s.tenancy.row.AsAt }),
		aTruth("tenancy.temporary", func(s *stage) bool { return s.tenancy.temporary }),
		aText("tenancy.landlord", func(s *stage) string { return s.tenancy.row.Text(family.ColLandlord) }),
	}, sums: []sum{
		{name: "arrears_weeks", get: func(s *sums) int64 { return s.arrearsWeeks }},
		{name: "arrears_pence", signed: true, get: func(s *sums) int64 { return s.arrearsPence }},
	}}
	episodes = &kind{name: "episodes", row: []*variable{
		oneOf("episode.agency_kind", agencyKinds, func(s *stage) uint8 { return s.episode.agency }),
		oneOf("episode.episode_type", episodeTypes, func(s *stage) uint8 { return s.episode.kind }),
		oneOf("episode.status", episodeStatuses, func(s *stage) uint8 { return s.episode.status }),
		aText("episode.need_code", func(s *stage) string { return s.episode.row.Text(family.ColNeedCode) }),
		aDate("episode.start", func(s *stage) family.Date { return s.episode.start }),
		aDate("episode.end", func(s *stage) family.Date { return s.episode.end }),
		aTruth("episode.open", func(s *stage) bool { return s.episode.open(s.fam.asAt) }),
	}}
	nominations = &kind{name: "nominations", row: []*variable{
		aTruth("nomination.names_criterion", func(s *stage) bool { return slices.Contains(s.nomination.Needs, s.of) }),
		{name: "nomination.needs", typ: cel.ListType(cel.StringType), get: func(s *stage) ref.Val {
			return types.NewStringList(types.DefaultTypeAdapter, s.nomination.Needs)
		}},
		aText("nomination.agency", func(s *stage) string { return s.nomination.Agency }),
		aDate("nomination.day", func(s *stage) family.Date { return s.nomination.Day }),
	}}
	kinds = []*kind{sessions, events, claims, tenancies, episodes, nominations}
)

// suspensionsThen are those of a row whose end lies in the window: a number of
// suspensions cannot be split.
func (p *sessionPart) suspensionsThen() int32 {
	if !p.end {
		return 0
	}
	return p.suspensions
}

// dates are the sums that every kind has.
var everySum = []sum{
	{name: "count", get: func(s *sums) int64 { return s.count }},
	{name: "earliest", date: true, get: func(s *sums) int64 { return int64(s.earliest) }},
	{name: "latest", date: true, get: func(s *sums) int64 { return int64(s.latest) }},
}

// sumsOf returns the names of what rows of a kind add up to in a scope.
func (k *kind) sumsOf(scope int) []*variable {
	var out []*variable
	for _, sum := range slices.Concat(everySum, k.sums) {
		get := sum.get
		out = append(out, &variable{
			name: scopeNames[scope] + "." + sum.name, typ: cel.IntType, counts: !sum.date && !sum.signed, most: noMost,
			get: func(s *stage) ref.Val { return integer(get(&s.sums[scope])) },
		})
	}
	return out
}

// aboutPerson are the names about the person asked of; aboutFamily those about
// the family around, and aboutWindow those about the window.
var (
	aboutPerson = []*variable{
		{name: "person.age", typ: cel.IntType, counts: true, least: -1, most: 130, get: func(s *stage) ref.Val { return integer(s.member.age) }},
		aTruth("person.adult", func(s *stage) bool { return s.member.adult }),
		aTruth("person.child", func(s *stage) bool { return !s.member.adult }),
		aDate("person.born", func(s *stage) family.Date { return s.member.ev.born }),
		oneOf("person.sex", sexes, func(s *stage) uint8 { return s.member.ev.sex }),
		aTruth("person.compulsory_school_age", func(s *stage) bool { return s.member.school }),
		aTruth("person.parent", func(s *stage) bool { return s.member.parent }),
	}
	aboutFamily = []*variable{
		aCount("household.members", func(s *stage) int { return len(s.people.members) }),
		aCount("household.adults", func(s *stage) int { return s.people.adults }),
		aCount("household.children", func(s *stage) int { return len(s.people.members) - s.people.adults }),
		aCount("household.tenancies", func(s *stage) int { return len(s.people.tenancies) }),
		covered("coverage.attendance", family.Attendance),
		covered("coverage.police", family.Police),
		covered("coverage.housing", family.Housing),
		covered("coverage.benefits", family.Benefits),
		covered("coverage.involvement", family.Involvement),
		aCount("coverage.silent_schools", func(s *stage) int { return s.fam.cov.silent }),
		aDate("as_at", func(s *stage) family.Date { return s.fam.asAt }),
	}
	aboutWindow = []*variable{
		aDate("window.from", func(s *stage) family.Date { return s.window.from }),
		aDate("window.to", func(s *stage) family.Date { return s.window.to }),
	}
)

// covered says whether a feed is declared complete: of what happens (police,
// attendance) from the window's first day on, of states at as-at.
func covered(name string, feed family.Feed) *variable {
	happens := feed == family.Police || feed == family.Attendance
	return aTruth(name, func(s *stage) bool {
		from := s.fam.asAt
		if w := s.window.from; happens && w != 0 {
			from = min(from, w)
		}
		return s.fam.cov.Complete(feed, from)
	})
}

// variables are all names by what they are called.
var variables = func() map[string]*variable {
	out := map[string]*variable{}
	add := func(vs []*variable) {
		for _, v := range vs {
			out[v.name] = v
		}
	}
	for _, vs := range [][]*variable{aboutPerson, aboutFamily, aboutWindow, outcomeVariables()} {
		add(vs)
	}
	for _, k := range kinds {
		add(k.row)
		for scope := range scopes {
			add(k.sumsOf(scope))
		}
	}
	return out
}()

// place is where in a file a condition stands, which decides the names that it
// may use.
type place struct {
	names map[string]*variable
	env   *cel.Env
}

// vocabulary makes places for conditions, all with the same parameters.
type vocabulary struct {
	base   *cel.Env
	params map[string]value
	places map[string]*place
}

func newVocabulary(params map[string]value) (*vocabulary, error) {
	opts := languageOptions()
	for _, name := range slices.Sorted(maps.Keys(params)) {
		p := params[name]
		opts = append(opts, cel.Constant("param."+name, p.typ(), p.ready()))
	}
	base, err := cel.NewCustomEnv(opts...)
	return &vocabulary{base: base, params: params, places: map[string]*place{}}, err
}

// place returns the place of the given names.
func (v *vocabulary) place(names ...[]*variable) (*place, error) {
	var key strings.Builder
	p := &place{names: map[string]*variable{}}
	var opts []cel.EnvOption
	for _, vs := range names {
		for _, x := range vs {
			key.WriteString(x.name + " ")
			p.names[x.name] = x
			opts = append(opts, cel.Variable(x.name, x.typ))
		}
	}
	if old := v.places[key.String()]; old != nil {
		return old, nil
	}
	var err error
	p.env, err = v.base.Extend(opts...)
	v.places[key.String()] = p
	return p, err
}
