package casework

import (
	"slices"
	"strings"

	"github.com/hearthmatch/hearth/family"
)

// areaKey names an area: its level and name.
type areaKey struct{ level, name string }

// The levels of area that can be assigned, as family.CaseEvent.AreaLevel
// spells them. The more specific holds: a ward's team before its cluster's, a
// cluster's before its district's.
const (
	LevelWard     = "ward"
	LevelCluster  = "cluster"
	LevelDistrict = "district"
)

var levels = []string{LevelWard, LevelCluster, LevelDistrict}

// Assignment says who takes the cases of an area.
type Assignment struct {
	Level, Name                                     string
	LeadAgency, LeadPractitioner, LeadContact, Team string
	Since                                           family.Date
	By, Event                                       string // who assigned it, and the event that says so
}

// Team returns who takes the cases of a place, in view; false if nobody is
// assigned to its ward, cluster or district.
func (b *Book) Team(area family.Area, v View) (Assignment, bool) {
	a := b.assigned(area, v)
	return a, a.LeadAgency != ""
}

// Teams returns every assignment that holds in view, by level (wards first),
// then name.
func (b *Book) Teams(v View) []Assignment {
	var out []Assignment
	for key := range b.areas {
		if a := b.assignedTo(key, v); a.LeadAgency != "" {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(x, y Assignment) int {
		if c := slices.Index(levels, x.Level) - slices.Index(levels, y.Level); c != 0 {
			return c
		}
		return strings.Compare(x.Name, y.Name)
	})
	return out
}

// assigned returns the most specific assignment of a place, the zero value if
// there is none.
func (b *Book) assigned(area family.Area, v View) Assignment {
	if len(b.areas) == 0 {
		return Assignment{}
	}
	for i, name := range []string{area.Ward, area.Cluster, area.District} {
		if name == "" {
			continue
		}
		if a := b.assignedTo(areaKey{levels[i], name}, v); a.LeadAgency != "" {
			return a
		}
	}
	return Assignment{}
}

// assignedTo returns the latest assignment of an area by day, and of one day
// by place. One that names no agency has ended what was before it.
func (b *Book) assignedTo(key areaKey, v View) Assignment {
	var last *entry
	for _, en := range b.areas[key] {
		if v.sees(en) && (last == nil || en.event.Day >= last.event.Day) {
			last = en
		}
	}
	if last == nil {
		return Assignment{}
	}
	ev := &last.event
	return Assignment{
		Level: key.level, Name: key.name, LeadAgency: ev.LeadAgency, LeadPractitioner: ev.LeadPractitioner,
		LeadContact: ev.LeadContact, Team: ev.Team, Since: ev.Day, By: ev.By, Event: ev.ID,
	}
}
