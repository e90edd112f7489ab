package pipeline

import (
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/hearthmatch/hearth/family"
	"github.com/hearthmatch/hearth/internal/fold"
	"github.com/hearthmatch/hearth/matcher"
)

// presenter turns records into the matcher's columns. What people are to each
// other becomes columns too: the occasions (a pupil's rows, a tenancy, a claim,
// an episode) on which records are named together.
type presenter struct {
	records []*family.Record
	row     []int32 // number of each record's row
	subject []int32 // record of the row's subject, or -1
}

func newPresenter(records []*family.Record) *presenter {
	p := &presenter{records: records, row: make([]int32, len(records)), subject: make([]int32, len(records))}
	rows, subject := int32(-1), int32(-1)
	for i, r := range records {
		if i == 0 || records[i-1].Row.Ref() != r.Row.Ref() {
			rows, subject = rows+1, -1
			if r.Part == family.Subject {
				subject = int32(i)
			}
		}
		p.row[i], p.subject[i] = rows, subject
	}
	return p
}

// input builds the columns, several at once.
func (p *presenter) input(workers int) matcher.Input {
	in := matcher.Input{Spec: linkageSpec(), Rows: p.row}
	in.Columns = make([]*matcher.Builder, len(linkageColumns))
	var g errgroup.Group
	g.SetLimit(max(1, workers))
	for c := range linkageColumns {
		g.Go(func() error {
			in.Columns[c] = p.column(c)
			return nil
		})
	}
	_ = g.Wait() // no column fails
	return in
}

func (p *presenter) column(c int) *matcher.Builder {
	b := matcher.NewBuilder(linkageColumns[c].Kind, len(p.records))
	f := &folder{known: make(map[string]string)}
	for i, r := range p.records {
		f.out = f.out[:0]
		switch c {
		case colForename:
			f.forenames(r)
		case colSurname:
			f.surnames(r)
		case colDwelling:
			f.dwelling(r.Address)
		case colTogether:
			p.together(f, i)
		case colRole:
			p.roles(f, i)
		case colSpan:
			f.add(p.span(i))
		default:
			f.simple(c, r)
		}
		b.Add(f.out...)
	}
	return b
}

// folder collects one cell's values and remembers what it folded.
type folder struct {
	known map[string]string
	out   []string
}

func (f *folder) fold(s string) string {
	t, ok := f.known[s]
	if !ok {
		t = fold.ASCII(s)
		f.known[s] = t
	}
	return t
}

func (f *folder) add(values ...string) { f.out = append(f.out, values...) }

// forenames puts the forename first, then what else the person is called.
func (f *folder) forenames(r *family.Record) {
	whole := f.fold(r.Forename)
	f.add(whole)
	f.words(whole)
	for _, s := range r.KnownAs {
		f.add(f.fold(s))
	}
	for _, a := range r.Aliases {
		f.add(f.fold(a.Forename))
	}
	if r.Middle != "" {
		f.words(f.fold(r.Middle) + " ")
	}
}

// words adds the words of a name of several, initials apart.
func (f *folder) words(s string) {
	if strings.IndexByte(s, ' ') < 0 {
		return
	}
	for w := range strings.SplitSeq(s, " ") {
		if len(w) > 2 {
			f.add(w)
		}
	}
}

func (f *folder) surnames(r *family.Record) {
	whole := f.fold(r.Surname)
	f.add(whole)
	f.words(whole)
	for _, s := range r.FormerSurname {
		f.add(f.fold(s))
	}
	for _, a := range r.Aliases {
		f.add(f.fold(a.Surname))
	}
}

// dwelling gives the address's keys: its UPRN, and its postcode with the
// numbers of the lines (or the first line, for a house without a number).
func (f *folder) dwelling(a family.Address) {
	if a.UPRN != "" {
		f.add("u" + a.UPRN)
	}
	if a.Postcode == "" || a.Line1 == "" {
		return
	}
	lines := f.fold(a.Line1)
	if a.Line2 != "" {
		lines += " " + f.fold(a.Line2)
	}
	var b strings.Builder
	b.WriteString(a.Postcode)
	flat, numbers := false, 0
	for w := range strings.SplitSeq(lines, " ") {
		if strings.ContainsAny(w, "0123456789") {
			b.WriteByte('|')
			if flat { // flat 2 of any house is not number 2
				b.WriteByte('f')
			}
			b.WriteString(w)
			numbers++
		}
		flat = w == "FLAT" || w == "APT" || w == "APARTMENT" || w == "ROOM" || w == "UNIT" || w == "STUDIO"
	}
	if numbers == 0 {
		b.WriteString("|" + f.fold(a.Line1))
	}
	f.add(b.String())
}

// capacity tells those who are named by profession from those who are family.
func capacity(relationship string) string {
	switch relationship {
	case "", "other":
		return ""
	case socialWorker:
		return "P"
	}
	return "F"
}

func (f *folder) simple(c int, r *family.Record) {
	switch c {
	case colBorn:
		f.add(r.DOB.String())
	case colSex:
		if r.Sex == 'M' || r.Sex == 'F' {
			f.add(string(r.Sex))
		}
	case colPostcode:
		f.add(r.Address.Postcode)
	case colUPN:
		f.add(r.UPN, r.FormerUPN)
	case colNINO:
		f.add(r.NINO)
	case colNHS:
		f.add(r.NHSNumber)
	case colPNC:
		f.add(r.PNC)
	case colULN:
		f.add(r.ULN)
	case colNominal:
		if r.NominalID != "" {
			f.add(r.Row.Agency + "|" + strings.ToUpper(r.NominalID))
		}
	case colCapacity:
		f.add(capacity(r.Relationship))
	case colPhone:
		f.add(r.Phone, r.Email)
	}
}

// socialWorker is the relationship of a contact who is no relative.
const socialWorker = "social-worker"

// together gives the occasions on which a record is named with others. A social
// worker is named with a pupil's other social workers only: through one of them
// the families of a dozen pupils would count as related.
func (p *presenter) together(f *folder, i int) {
	row := p.records[i].Row
	switch row.Feed {
	case family.Attendance:
		f.add(p.pupil(f, i)...)
		if p.records[i].Relationship == socialWorker {
			for k := range f.out {
				f.out[k] = "w" + f.out[k]
			}
		}
	case family.Housing:
		f.add(key("t", row.Agency, row.Text(family.ColTenancyRef)))
	case family.Benefits:
		f.add(key("c", row.Agency, row.Text(family.ColClaimRef)))
	case family.Involvement:
		f.add(key("e", row.Agency, row.Text(family.ColEpisodeRef)))
	}
}

// roles gives the parts that only one person plays on an occasion: a pupil's
// mother, a tenancy's tenant, a claim's claimant.
func (p *presenter) roles(f *folder, i int) {
	r := p.records[i]
	role := ""
	switch {
	case r.Part != family.Subject:
		role = r.Relationship
	case r.Row.Feed == family.Housing:
		role = r.Row.Text(family.ColPersonRole)
	case r.Row.Feed == family.Benefits:
		role = r.Row.Text(family.ColRole)
	}
	switch role {
	case "mother", "father", "step-parent", "parent", "carer", "tenant", "joint_tenant", "claimant", "partner":
		p.together(f, i)
		for k, occasion := range f.out {
			if occasion != "" {
				f.out[k] = occasion + "=" + role
			}
		}
	}
}

func key(kind, agency, ref string) string {
	if ref == "" {
		return ""
	}
	return kind + "|" + agency + "|" + ref
}

// pupil names the pupil of a record's row: by number, else by name and date of
// birth.
func (p *presenter) pupil(f *folder, i int) []string {
	if p.subject[i] < 0 {
		return nil
	}
	s := p.records[p.subject[i]]
	switch {
	case s.UPN != "" && s.FormerUPN != "":
		return []string{"p|" + s.UPN, "p|" + s.FormerUPN}
	case s.UPN != "":
		return []string{"p|" + s.UPN}
	case s.DOB != 0:
		return []string{"p|" + f.fold(s.Forename) + "|" + f.fold(s.Surname) + "|" + s.DOB.String()}
	}
	return nil
}

// span bounds when the person was born: the day itself where it is known, else
// what a contact's relationship to a pupil of known age allows, or a claim.
func (p *presenter) span(i int) string {
	r := p.records[i]
	if r.DOB != 0 {
		return r.DOB.String() + "/" + r.DOB.String()
	}
	if r.Part != family.Subject {
		return p.contactSpan(i)
	}
	switch r.Row.Feed {
	case family.Benefits:
		if role := r.Row.Text(family.ColRole); role == "claimant" || role == "partner" {
			return years(r.Row.AsAt, 15, 120)
		}
	case family.Housing:
		if role := r.Row.Text(family.ColPersonRole); role == "tenant" || role == "joint_tenant" {
			return years(r.Row.AsAt, 15, 120)
		}
	case family.Attendance:
		return years(r.Row.AsAt, 2, 20)
	}
	return ""
}

func (p *presenter) contactSpan(i int) string {
	r := p.records[i]
	var born family.Date
	if p.subject[i] >= 0 {
		born = p.records[p.subject[i]].DOB
	}
	switch r.Relationship {
	case "mother":
		return years(born, 12, 56)
	case "father", "parent":
		return years(born, 12, 80)
	case "step-parent", "carer":
		return years(born, 8, 90)
	case "grandparent":
		return years(born, 24, 100)
	case socialWorker:
		return years(r.Row.AsAt, 17, 90)
	case "sibling":
		return years(born, -30, 30)
	}
	return ""
}

// years is the span of those who were at least youngest and at most oldest
// years old on a day.
func years(day family.Date, youngest, oldest int) string {
	if day == 0 {
		return ""
	}
	return day.AddYears(-oldest).String() + "/" + day.AddYears(-youngest).String()
}

// sorted returns the records by reference; it copies only if they are not yet.
func sorted(records []*family.Record) []*family.Record {
	order := func(a, b *family.Record) int { return a.Ref().Compare(b.Ref()) }
	if slices.IsSortedFunc(records, order) {
		return records
	}
	out := slices.Clone(records)
	slices.SortFunc(out, order)
	return out
}
