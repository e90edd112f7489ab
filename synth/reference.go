package synth

import (
	"github.com/hearthmatch/hearth/family"
)

// addresses writes the gazetteer: every dwelling and building of the council.
func (p *printer) addresses(s *sheet) {
	for i := range p.w.dwellings {
		d := &p.w.dwellings[i]
		if d.outside {
			continue
		}
		st := &p.w.streets[d.street]
		w := &p.w.wards[st.ward]
		a, b := p.w.lines(d)
		s.set(family.ColUPRN, d.uprn)
		if d.parent != none {
			s.set(family.ColParentUPRN, p.w.dwellings[d.parent].uprn)
		}
		s.set(family.ColAddress1, a)
		s.set(family.ColAddress2, b)
		s.set(family.ColTown, st.town)
		s.set(family.ColPostcode, d.postcode)
		s.set(family.ColClassification, d.class)
		s.set(family.ColWard, w.name)
		s.set(family.ColDistrict, w.district)
		s.set(family.ColCluster, w.cluster)
		s.set(family.ColLSOA, "E0199"+pad(int(st.ward)*10+int(d.street)%4, 4))
		s.line()
	}
}

func (p *printer) schoolList(s *sheet) {
	for i := range p.w.schools {
		sc := &p.w.schools[i]
		w := &p.w.wards[sc.ward]
		s.set(family.ColURN, sc.urn)
		s.set(family.ColName, sc.name)
		s.set(family.ColDistrict, w.district)
		s.set(family.ColCluster, w.cluster)
		s.yes(family.ColContributes, sc.contributes)
		s.line()
	}
}

// population writes how many people each ward and district has.
func (p *printer) population(s *sheet) {
	wards := make([]int, len(p.w.wards))
	for i := range p.w.people {
		if st, ok := p.w.people[i].now(); ok && !p.w.dwellings[st.dwelling].outside {
			wards[p.w.wardIndex(st.dwelling)]++
		}
	}
	for i, w := range p.w.wards {
		p.area(s, w.name, wards[i])
	}
	for _, d := range districtNames {
		n := 0
		for i, w := range p.w.wards {
			if w.district == d {
				n += wards[i]
			}
		}
		p.area(s, d, n)
	}
}

func (p *printer) area(s *sheet, name string, n int) {
	s.set(family.ColArea, name)
	s.count(family.ColPopulation, n)
	s.line()
}

func (p *printer) targets(s *sheet) {
	year := p.w.asAt.Year()
	if _, m, _ := p.w.asAt.Civil(); m < 4 {
		year--
	}
	for _, d := range districtNames {
		s.set(family.ColArea, d)
		s.count(family.ColTargetFamilies, max(5, p.w.opt.People/900))
		s.set(family.ColFrom, family.NewDate(year, 4, 1).String())
		s.set(family.ColTo, family.NewDate(year+1, 3, 31).String())
		s.line()
	}
}
