package household

import "github.com/hearthmatch/hearth/family"

// Practice is how a council's agencies go about it: how far the claims and
// tenancies of each list others than who heads them, and how far what each says
// of addresses can be relied on. A run over a whole council finds it by itself; a
// few people's rows tell too little of it.
type Practice struct {
	of     map[practiceKey]series
	limits map[agency]float64
}

// practiceKey is one series of registers.
type practiceKey struct {
	kind         bondKind
	agency, name string
}

// practiceRegister is one claim or tenancy as far as its rows have been seen.
type practiceRegister struct {
	head            [3]string // who heads it, by names and date of birth
	headed          bool
	adults, minors  bool
	first           [3]string // whom it listed before its head
	waiting, infant bool
}

// PracticeOf reads all benefits and housing rows as they stand at sample.AsAt
// (others are passed over), and judges the agencies by the people of sample, who
// need be no more than some thousands taken evenly. rows yields each row once, in
// any order; PracticeOf returns its error. It blocks while rows does.
func PracticeOf(sample Input, rows func(yield func(*family.Row) error) error) (*Practice, error) {
	asAt := sample.AsAt
	f := newFormer(sample)
	f.gather()
	f.settleKinds()
	f.rely()
	type ref struct {
		practiceKey
		ref string
	}
	all := map[ref]*practiceRegister{}
	err := rows(func(row *family.Row) error {
		if row.Feed != family.Benefits && row.Feed != family.Housing {
			return nil
		}
		for _, rec := range family.Records(row) {
			l, ok := f.listing(&rec, 0, -1)
			if !ok || !l.open {
				continue
			}
			key := ref{practiceKey{l.kind, row.Agency, seriesName(&l)}, l.ref}
			if all[key] == nil {
				all[key] = &practiceRegister{}
			}
			all[key].add(&l, asAt)
		}
		return nil
	})
	p := &Practice{of: map[practiceKey]series{}, limits: f.limits}
	for key, r := range all {
		if s := p.of[key.practiceKey]; r.headed {
			s.registers++
			s.adults += b2i(r.adults)
			s.children += b2i(r.minors)
			p.of[key.practiceKey] = s
		}
	}
	return p, err
}

func seriesName(l *listed) string {
	if l.kind == claimBond {
		return l.rec.Row.Text(family.ColBenefit)
	}
	return l.rec.Row.Text(family.ColLandlord)
}

// add notes whom one row lists.
func (r *practiceRegister) add(l *listed, asAt family.Date) {
	who := [3]string{l.rec.Forename, l.rec.Surname, l.rec.DOB.String()}
	child := l.child || l.rec.DOB != 0 && l.rec.DOB.AgeAt(asAt) < 18
	switch {
	case l.head && !r.headed:
		r.head, r.headed = who, true
		if r.waiting && r.first != who {
			r.note(r.infant)
		}
	case r.headed && who != r.head:
		r.note(child)
	case !r.headed && r.waiting && who != r.first:
		r.note(child)
	case !r.headed:
		r.first, r.waiting, r.infant = who, true, child
	}
}

func (r *practiceRegister) note(child bool) {
	r.adults, r.minors = r.adults || !child, r.minors || child
}

// practised takes what is known of each agency from the whole council, where it
// is given.
func (f *former) practised() {
	if f.in.Practice == nil {
		return
	}
	f.limits = f.in.Practice.limits
	for i := range f.registers {
		r := &f.registers[i]
		l := listed{kind: r.kind, rec: r.rec}
		if s, ok := f.in.Practice.of[practiceKey{r.kind, r.rec.Row.Agency, seriesName(&l)}]; ok {
			f.series[r.series] = s
		}
	}
}
