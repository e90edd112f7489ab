package eligibility

import "github.com/hearthmatch/hearth/family"

// involvement is an agency's episode with a member, open at as-at, or begun in
// the window where one is given. The feed is optional: its silence is never
// unknown.
type involvement struct {
	AgencyKinds  []string `yaml:"agency_kinds"`
	EpisodeTypes []string `yaml:"episode_types"`
	NeedCodes    []string `yaml:"need_codes"`
	// WithoutNeedCode leaves out an episode that names a need.
	WithoutNeedCode bool   `yaml:"without_need_code"`
	OrStartedWithin window `yaml:"or_started_within"`
}

func (t *involvement) check(c *checker) {
	c.values("agency_kinds", t.AgencyKinds, agencyKinds)
	c.values("episode_types", t.EpisodeTypes, episodeTypes)
	c.filled("", len(t.AgencyKinds)+len(t.EpisodeTypes)+len(t.NeedCodes))
	if t.WithoutNeedCode && len(t.NeedCodes) > 0 {
		c.fault("need_codes", "cannot be asked for together with without_need_code")
	}
	if !t.OrStartedWithin.none() {
		c.months("or_started_within", t.OrStartedWithin)
	}
}

func (t *involvement) judge(fs *facts, who ages) answer {
	var from, to family.Date
	if !t.OrStartedWithin.none() {
		from, to = t.OrStartedWithin.span(fs.asAt)
	}
	var f found
	for m := range fs.concerned(who) {
		met := false
		for j := range m.episodes {
			e := &m.episodes[j]
			started := e.start != 0 && within(e.start, from, to)
			if (e.open || started) && t.matches(e) {
				met = true
				f.proof = append(f.proof, seen{e.row, e.day(fs.asAt)})
			}
		}
		if met {
			f.met = append(f.met, m.id)
		}
	}
	return f.answer(from, to, func(s family.Status) string {
		if s != family.Met {
			return "no such involvement"
		}
		return plural(len(f.met), "member", "members") + " with " +
			plural(len(f.proof), "episode", "episodes") + " of such involvement"
	})
}

func (t *involvement) matches(e *episode) bool {
	if t.WithoutNeedCode && e.need != "" || len(t.NeedCodes) > 0 && e.need == "" {
		return false
	}
	return listed(t.AgencyKinds, e.agency) && listed(t.EpisodeTypes, e.kind) && listed(t.NeedCodes, e.need)
}

// day is the latest that the episode's row speaks of: its end, else the day
// that its delivery describes.
func (e *episode) day(asAt family.Date) family.Date {
	if e.end != 0 && e.end <= asAt {
		return e.end
	}
	return e.row.AsAt
}
